namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A factor for the first epochs.</summary>
                public class ConstantLR : LRScheduler
                {
                    private readonly Func<double, int, double> _rate;

                    internal ConstantLR(Optimizer optimizer, double factor, int total_iters, int last_epoch, bool verbose)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _rate = (first, epoch) => first * (epoch >= total_iters ? 1 : factor);
                        step();
                    }

                    private protected override double Rate(double first, int epoch) => _rate(first, epoch);
                }
            }
        }
    }
}
