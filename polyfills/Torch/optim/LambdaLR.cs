namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A factor of the first rate by epoch.</summary>
                public class LambdaLR : LRScheduler
                {
                    private readonly Func<double, int, double> _rate;

                    internal LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch, bool verbose)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _rate = (first, epoch) => first * lr_lambda(epoch);
                        step();
                    }

                    private protected override double Rate(double first, int epoch) => _rate(first, epoch);
                }
            }
        }
    }
}
