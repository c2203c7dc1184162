namespace KdCluster.Learning.Weightings;

/// <summary>Per instance, the teacher with the lowest cross-entropy on the label, of a regression with the lowest |t − y|; the first of equals; all alike on an instance without a label (Best-Single of arXiv 2012.06048 [S]): the oracle on training rows.</summary>
internal sealed class BestSingleWeighting(WeightingSetup setup) : InstanceRuleWeighting(setup)
{
    public const string WeightingName = "best-single";

    public override string Name => WeightingName;

    protected override bool NeedsLabel => true;

    protected override float Measure(ReadOnlySpan<float> logits, WeightingState state, int instance) =>
        state.Scores is { } scores ? MathF.Abs(logits[0] - scores[instance]) : HostMath.CrossEntropy(logits, state.Labels[instance]);

    protected override void Weigh(ReadOnlySpan<float> measures, Span<float> row)
    {
        int best = 0;
        float lowest = float.PositiveInfinity;
        for (int k = 0; k < measures.Length; k++)
        {
            if (measures[k] < lowest)
                (best, lowest) = (k, measures[k]);
        }

        row[best] = 1;
    }
}
