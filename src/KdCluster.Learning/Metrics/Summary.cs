namespace KdCluster.Learning.Metrics;

/// <summary>Mean and standard deviation of a figure over seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">With n − 1; NaN for a single figure.</param>
public readonly record struct Summary(double Mean, double Deviation)
{
    /// <summary>Summarises figures; at least one.</summary>
    public static Summary Of(IReadOnlyList<double> figures)
    {
        ArgumentOutOfRangeException.ThrowIfZero(figures.Count, nameof(figures));
        double mean = figures.Average();
        double squares = figures.Sum(f => (f - mean) * (f - mean));
        return new Summary(mean, figures.Count > 1 ? Math.Sqrt(squares / (figures.Count - 1)) : double.NaN);
    }
}
