namespace KdCluster.Learning.Metrics;

/// <summary>Mean and standard deviation of a figure over seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">With n − 1; NaN for a single figure.</param>
public readonly record struct Summary(double Mean, double Deviation)
{
    /// <summary>How far from the mean the true one lies with probability 1 − <paramref name="level"/>, on either side: c·deviation/√n, c the two-sided quantile of t with n − 1 degrees of freedom. NaN below two figures.</summary>
    /// <param name="count">Figures, n.</param>
    /// <param name="level">0 to 1.</param>
    public double HalfWidth(int count, double level = 0.05) => count < 2 ? double.NaN : DetectableDifference.Critical(level, count - 1) * Deviation / Math.Sqrt(count);

    /// <summary>Summarises figures; at least one.</summary>
    public static Summary Of(IReadOnlyList<double> figures)
    {
        ArgumentOutOfRangeException.ThrowIfZero(figures.Count, nameof(figures));
        double mean = figures.Average();
        double squares = figures.Sum(f => (f - mean) * (f - mean));
        return new Summary(mean, figures.Count > 1 ? Math.Sqrt(squares / (figures.Count - 1)) : double.NaN);
    }
}
