namespace KdCluster.Learning.Metrics;

/// <summary>Holm's correction of several tests at once: the chance of even one false finding among them stays below the level (Scandinavian Journal of Statistics 6, 1979).</summary>
public static class HolmCorrection
{
    /// <summary>With p₍₁₎ ≤ … ≤ p₍ₘ₎: the corrected p₍ᵢ₎ is the largest of min(1, (m − j + 1)·p₍ⱼ₎) over j ≤ i.</summary>
    /// <param name="values">p of each test; NaN: not tested, and not counted.</param>
    /// <returns>In the same order; NaN stays NaN.</returns>
    public static IReadOnlyList<double> Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] corrected = [.. values];
        int[] order = [.. Enumerable.Range(0, values.Count).Where(i => !double.IsNaN(values[i])).OrderBy(i => values[i])];
        double largest = 0;
        for (int rank = 0; rank < order.Length; rank++)
            corrected[order[rank]] = largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * values[order[rank]]));
        return corrected;
    }
}
