namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A factor at each milestone.</summary>
                public class MultiStepLR : LRScheduler
                {
                    private readonly Func<double, int, double> _rate;

                    internal MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma, int last_epoch, bool verbose)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _rate = (first, epoch) => first * Math.Pow(gamma, milestones.Distinct().Count(m => m <= epoch));
                        step();
                    }

                    private protected override double Rate(double first, int epoch) => _rate(first, epoch);
                }
            }
        }
    }
}
