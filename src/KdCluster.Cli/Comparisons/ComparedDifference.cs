using KdCluster.Learning.Metrics;

namespace KdCluster.Cli.Comparisons;

/// <summary>A row against the reference, seed by seed.</summary>
/// <param name="Test">Row minus reference.</param>
internal sealed record ComparedDifference(PairedTest Test)
{
    // Differences of figures that are equal still differ in their last bits.
    private const double Rounding = 1e-12;

    /// <summary>Whether there is a deviation to test by.</summary>
    public bool IsTested => Test.Count > 1 && Test.Deviation >= Rounding;

    /// <summary>Of the paired t test; NaN where there is none.</summary>
    public double PValue => IsTested ? Test.PValue : double.NaN;

    /// <summary>That of all rows together (<see cref="HolmCorrection"/>).</summary>
    public double Corrected { get; init; } = double.NaN;

    /// <summary>Mean difference over the deviation of the differences: Cohen's d for pairs. NaN where there is no test.</summary>
    public double Effect => IsTested ? Test.MeanDifference / Test.Deviation : double.NaN;

    /// <summary>The smallest true difference that so many seeds find 4 times in 5; NaN where there is no test.</summary>
    public double Detectable => IsTested ? DetectableDifference.Of(Test.Count, Test.Deviation) : double.NaN;

    /// <summary>Of 95 %.</summary>
    public (double Low, double High) Interval => Test.Interval();
}
