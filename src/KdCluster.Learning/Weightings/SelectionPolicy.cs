namespace KdCluster.Learning.Weightings;

/// <summary>π(a_k = 1 | F_k) = σ(A_k·F_k + b_k), one for each teacher: arXiv 2012.06048 [M]. Starts at 1/2 everywhere.</summary>
internal sealed class SelectionPolicy(int teachers, int features)
{
    /// <summary>A_k then b_k for each teacher: [teachers, features + 1] flattened.</summary>
    public float[] Parameters { get; } = new float[teachers * (features + 1)];

    public int Teachers => teachers;

    public int Features => features;

    /// <summary>The log-odds of choosing a teacher.</summary>
    /// <param name="teacher">Which.</param>
    /// <param name="state">F_k, then 1 for b_k: [features + 1].</param>
    public float Logit(int teacher, ReadOnlySpan<float> state) => HostMath.Dot(state, Parameters.AsSpan(teacher * (features + 1), features + 1));

    public static float Probability(float logit) => 1 / (1 + MathF.Exp(-logit));

    /// <summary>The mean over the chosen teachers; when none is, the most probable one alone (the first of equals).</summary>
    public static void Select(ReadOnlySpan<bool> actions, ReadOnlySpan<float> logits, Span<float> weights)
    {
        int chosen = actions.Count(true);
        if (chosen == 0)
        {
            weights.Clear();
            weights[MostProbable(logits)] = 1;
            return;
        }

        for (int k = 0; k < weights.Length; k++)
            weights[k] = actions[k] ? 1f / chosen : 0;
    }

    /// <summary>The expectation σ_k/Σσ.</summary>
    public static void Expect(ReadOnlySpan<float> logits, Span<float> weights)
    {
        // The floor keeps the sum above 0 when every teacher is improbable.
        float sum = 0;
        for (int k = 0; k < weights.Length; k++)
            sum += weights[k] = Math.Max(Probability(logits[k]), 1e-30f);
        for (int k = 0; k < weights.Length; k++)
            weights[k] /= sum;
    }

    private static int MostProbable(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int k = 1; k < logits.Length; k++)
            best = logits[k] > logits[best] ? k : best;
        return best;
    }
}
