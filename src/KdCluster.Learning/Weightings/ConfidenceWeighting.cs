namespace KdCluster.Learning.Weightings;

/// <summary>
/// Per instance, less weight for the teacher that is further from the label: w_k = (1 − softmax_k(CE_k))/(K − 1), CE_k the cross-entropy of its logits on the label at temperature 1 (CA-MKD, arXiv 2201.00007, its weight of
/// the logits [V]; rows sum to 1, where its code sums them to 1 and divides the loss by K). No teacher ever gets more than 1/(K − 1). All alike on an instance without a label.
/// </summary>
internal sealed class ConfidenceWeighting(WeightingSetup setup) : InstanceRuleWeighting(setup)
{
    public const string WeightingName = "confidence";

    private readonly float[] _shares = new float[setup.Teachers];

    public override string Name => WeightingName;

    protected override bool NeedsLabel => true;

    protected override float Measure(ReadOnlySpan<float> logits, WeightingState state, int instance) => HostMath.CrossEntropy(logits, state.Labels[instance]);

    protected override void Weigh(ReadOnlySpan<float> measures, Span<float> row)
    {
        HostMath.SoftmaxRows(measures, measures.Length, 1, _shares);
        Complement.Of(_shares, row);
    }
}
