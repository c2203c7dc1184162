namespace KdCluster.Learning.Weightings;

/// <summary>
/// Per instance, more weight for the teacher that is surer: w_k = (1 − H_k/Σ_j H_j)/(K − 1), H the entropy of its probabilities at temperature 1 (EB-KD; formula as in the code of CA-MKD [V], arXiv 2201.00007, which leaves out
/// the division by K − 1: here rows sum to 1). Needs no label, and is fooled by a teacher that is sure and wrong. All alike where no teacher has a doubt.
/// </summary>
internal sealed class EntropyWeighting(WeightingSetup setup) : InstanceRuleWeighting(setup)
{
    public const string WeightingName = "entropy";

    private readonly float[] _probabilities = new float[setup.Classes];

    public override string Name => WeightingName;

    protected override bool NeedsLabel => false;

    protected override float Measure(ReadOnlySpan<float> logits, WeightingState state, int instance)
    {
        HostMath.SoftmaxRows(logits, logits.Length, 1, _probabilities);
        float entropy = 0;
        foreach (float p in _probabilities)
            entropy -= p > 0 ? p * MathF.Log(p) : 0;
        return entropy;
    }

    protected override void Weigh(ReadOnlySpan<float> measures, Span<float> row) => Complement.Of(measures, row);
}
