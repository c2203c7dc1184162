namespace KdCluster.Bench;

/// <summary>A median with the interval that holds the true one with a probability of at least 90 %.</summary>
/// <param name="Median">Of the values.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Number of values.</param>
internal sealed record Interval(double Median, double Low, double High, int Count)
{
    private const double Confidence = 0.9;

    /// <summary>
    /// Takes the interval between two order statistics: it assumes nothing of the distribution, so that a few disturbed pairs on a busy machine do
    /// not matter. With fewer than five values no such interval reaches 90 %, and it spans all of them.
    /// </summary>
    /// <param name="values">At least one.</param>
    public static Interval Of(IReadOnlyCollection<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        double[] sorted = [.. values.Order()];
        int n = sorted.Length;
        int skipped = Skipped(n);
        return new Interval((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[skipped], sorted[n - 1 - skipped], n);
    }

    /// <summary>One number that was measured once.</summary>
    public static Interval Exactly(double value) => new(value, value, value, 1);

    /// <summary>How many values may be left out at each end: the largest s with 2·P(Bin(n, ½) ≤ s) ≤ 1 − confidence, else none.</summary>
    private static int Skipped(int n)
    {
        double probability = Math.Pow(0.5, n), below = 0;
        int skipped = 0;
        for (int k = 0; k < n / 2; k++)
        {
            below += probability;
            if (2 * below > 1 - Confidence)
                break;
            skipped = k;
            probability *= (double)(n - k) / (k + 1);
        }

        return skipped;
    }
}
