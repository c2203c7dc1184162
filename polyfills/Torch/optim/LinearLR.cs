namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A factor that moves in a line.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly Func<double, int, double> _rate;

                    internal LinearLR(Optimizer optimizer, double start_factor, double end_factor, int total_iters, int last_epoch, bool verbose)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _rate = (first, epoch) => first * (start_factor + (end_factor - start_factor) * Math.Min(total_iters, epoch) / total_iters);
                        step();
                    }

                    private protected override double Rate(double first, int epoch) => _rate(first, epoch);
                }
            }
        }
    }
}
