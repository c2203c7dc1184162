namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Sets each group's learning rate at every step.</summary>
            public abstract class LRScheduler
            {
                private readonly Optimizer _optimizer;
                private readonly double[] _first;
                private readonly bool _verbose;
                private int _epoch;
                private double[] _last;

                private protected LRScheduler(Optimizer optimizer, int last_epoch, bool verbose)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    _optimizer = optimizer;
                    _epoch = last_epoch;
                    _verbose = verbose;
                    _first = [.. optimizer.ParamGroups.Select(g => g.InitialLearningRate)];
                    _last = [.. optimizer.ParamGroups.Select(g => g.LearningRate)];
                }

                public IEnumerable<double> get_last_lr() => _last;

                public virtual void step() => step(null);

                public virtual void step(int? epoch)
                {
                    _epoch = epoch ?? _epoch + 1;
                    int group = 0;
                    foreach (var controller in _optimizer.ParamGroups)
                    {
                        controller.LearningRate = Rate(_first[group], _epoch);
                        if (_verbose)
                            Console.WriteLine($"Adjusting learning rate to {controller.LearningRate} for group {group}");
                        group++;
                    }

                    _last = [.. _optimizer.ParamGroups.Select(g => g.LearningRate)];
                }

                private protected abstract double Rate(double first, int epoch);
            }
        }
    }
}
