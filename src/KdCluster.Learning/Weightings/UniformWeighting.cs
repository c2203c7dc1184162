using static TorchSharp.torch;

namespace KdCluster.Learning.Weightings;

/// <summary>w_k = 1/K: the mean of the teachers (U-Ensemble).</summary>
internal sealed class UniformWeighting(WeightingSetup setup) : FixedRuleWeighting(setup.Teachers)
{
    public const string WeightingName = "uniform";

    private readonly float[] _row = [.. Enumerable.Repeat(1f / setup.Teachers, setup.Teachers)];

    public override string Name => WeightingName;

    public override bool SeesAnswers => false;

    public override Tensor Weigh(WeightingState state)
    {
        Last = _row;
        Totals.Add(_row, state.Labels.Length);
        return tensor(_row, [1, _row.Length], device: state.Device).expand(state.Labels.Length, _row.Length);
    }
}
