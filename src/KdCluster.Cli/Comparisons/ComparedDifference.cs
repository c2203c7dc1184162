using KdCluster.Learning.Metrics;

namespace KdCluster.Cli.Comparisons;

/// <summary>A row against the reference, seed by seed.</summary>
/// <param name="Test">Row minus reference.</param>
internal sealed record ComparedDifference(PairedTest Test)
{
    /// <summary>Of the paired t test; NaN where there is none.</summary>
    public double PValue => Test.IsTested ? Test.PValue : double.NaN;

    /// <summary>That of all rows together (<see cref="HolmCorrection"/>).</summary>
    public double Corrected { get; init; } = double.NaN;

    /// <summary>Mean difference over the deviation of the differences: Cohen's d for pairs. NaN where there is no test.</summary>
    public double Effect => Test.IsTested ? Test.MeanDifference / Test.Deviation : double.NaN;

    /// <summary>Of 95 %.</summary>
    public (double Low, double High) Interval => Test.Interval();
}
