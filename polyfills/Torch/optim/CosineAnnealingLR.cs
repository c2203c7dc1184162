namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Half a cosine down to eta_min (Loshchilov and Hutter, 2017).</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly Func<double, int, double> _rate;

                    internal CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min, int last_epoch, bool verbose)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _rate = (first, epoch) => eta_min + (first - eta_min) * (1 + Math.Cos(Math.PI * epoch / T_max)) / 2;
                        step();
                    }

                    private protected override double Rate(double first, int epoch) => _rate(first, epoch);
                }
            }
        }
    }
}
