namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A factor every so many epochs.</summary>
                public class StepLR : LRScheduler
                {
                    private readonly Func<double, int, double> _rate;

                    internal StepLR(Optimizer optimizer, int step_size, double gamma, int last_epoch, bool verbose)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _rate = (first, epoch) => first * Math.Pow(gamma, epoch / step_size);
                        step();
                    }

                    private protected override double Rate(double first, int epoch) => _rate(first, epoch);
                }
            }
        }
    }
}
