namespace KdCluster.Learning.Metrics;

/// <summary>What figures of merit need of one row of logits, in double precision. Weightings and objectives compute in floats, many rows at once.</summary>
/// <param name="Best">The class with the highest logit; of several the first.</param>
/// <param name="Highest">Its logit.</param>
/// <param name="Sum">Σ exp(z − Highest).</param>
internal readonly record struct Softmax(int Best, double Highest, double Sum)
{
    /// <summary>log Σ exp(z): −log softmax(z)_y is this less z_y.</summary>
    public double LogSum => Highest + Math.Log(Sum);

    public static Softmax Of(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int c = 1; c < row.Length; c++)
            best = row[c] > row[best] ? c : best;
        double sum = 0;
        foreach (float z in row)
            sum += Math.Exp((double)z - row[best]);
        return new(best, row[best], sum);
    }
}
