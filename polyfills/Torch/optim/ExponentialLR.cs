namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A factor every epoch.</summary>
                public class ExponentialLR : LRScheduler
                {
                    private readonly Func<double, int, double> _rate;

                    internal ExponentialLR(Optimizer optimizer, double gamma, int last_epoch, bool verbose)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _rate = (first, epoch) => first * Math.Pow(gamma, epoch);
                        step();
                    }

                    private protected override double Rate(double first, int epoch) => _rate(first, epoch);
                }
            }
        }
    }
}
