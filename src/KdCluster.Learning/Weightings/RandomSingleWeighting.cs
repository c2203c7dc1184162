using KdCluster.Learning.Training;
using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>One teacher per mini-batch, drawn with equal chances from the run's seed (Rand-Single of arXiv 2012.06048 [S]).</summary>
internal sealed class RandomSingleWeighting(WeightingSetup setup) : FixedRuleWeighting(setup.Teachers)
{
    public const string WeightingName = "random-single";

    public override string Name => WeightingName;

    public override bool SeesAnswers => false;

    public override Tensor Weigh(WeightingState state)
    {
        var row = new float[setup.Teachers];
        row[CounterRandom.Below(setup.Teachers, setup.Seed, RandomStream.Teacher, state.Tick)] = 1;
        Last = row;
        Totals.Add(row, state.Labels.Length);
        return tensor(row, [1, row.Length], device: state.Device).expand(state.Labels.Length, row.Length);
    }
}
