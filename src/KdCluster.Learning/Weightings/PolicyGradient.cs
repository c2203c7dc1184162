namespace KdCluster.Learning.Weightings;

/// <summary>
/// Adds up an episode's policy gradient without keeping the episode. The policy is constant inside it, and the advantage (r − b)/σ_r is linear in r, so that
/// Σ_i (r_i − b)/σ_r·∇log π(a_i) = (Σ r_i·∇log π(a_i) − b·Σ ∇log π(a_i))/σ_r needs two sums; b and σ_r may be chosen at the end.
/// For σ(A·F + b): ∇_A log π(a) = (a − σ)·F; the entropy's gradient is −logit·σ·(1 − σ)·F.
/// </summary>
internal sealed class PolicyGradient(int teachers, int features)
{
    private readonly int _stride = features + 1;
    private readonly float[] _rewarded = new float[teachers * (features + 1)];
    private readonly float[] _plain = new float[teachers * (features + 1)];
    private readonly float[] _entropy = new float[teachers * (features + 1)];

    /// <summary>Adds one teacher's action on one instance.</summary>
    /// <param name="teacher">Which.</param>
    /// <param name="state">F_k, then 1 for the constant: [features + 1].</param>
    /// <param name="action">Whether it was chosen.</param>
    /// <param name="logit">Its log-odds.</param>
    /// <param name="reward">Of the choice.</param>
    public void Add(int teacher, ReadOnlySpan<float> state, bool action, float logit, float reward)
    {
        float probability = SelectionPolicy.Probability(logit);
        float score = (action ? 1 : 0) - probability;
        HostMath.AddScaled(Row(_rewarded, teacher), reward * score, state);
        HostMath.AddScaled(Row(_plain, teacher), score, state);
    }

    /// <summary>Adds the entropy of one teacher's choice on one instance.</summary>
    public void AddEntropy(int teacher, ReadOnlySpan<float> state, float logit)
    {
        float probability = SelectionPolicy.Probability(logit);
        HostMath.AddScaled(Row(_entropy, teacher), -logit * probability * (1 - probability), state);
    }

    /// <summary>The gradient to climb: [teachers, features + 1] flattened.</summary>
    public float[] Total(double baseline, double deviation, double entropyWeight)
    {
        var total = new float[_plain.Length];
        for (int i = 0; i < total.Length; i++)
            total[i] = (float)(((_rewarded[i] - (baseline * _plain[i])) / deviation) + (entropyWeight * _entropy[i]));
        return total;
    }

    public void Clear()
    {
        Array.Clear(_rewarded);
        Array.Clear(_plain);
        Array.Clear(_entropy);
    }

    public void Save(Dictionary<string, double[]> state)
    {
        state["episode.rewarded"] = StateArrays.Widen(_rewarded);
        state["episode.plain"] = StateArrays.Widen(_plain);
        state["episode.entropy"] = StateArrays.Widen(_entropy);
    }

    public void Load(IReadOnlyDictionary<string, double[]> state)
    {
        StateArrays.Read(state, "episode.rewarded", _rewarded.AsSpan());
        StateArrays.Read(state, "episode.plain", _plain.AsSpan());
        StateArrays.Read(state, "episode.entropy", _entropy.AsSpan());
    }

    private Span<float> Row(float[] sums, int teacher) => sums.AsSpan(teacher * _stride, _stride);
}
