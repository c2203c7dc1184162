namespace KdCluster.Learning.Metrics;

/// <summary>Student's paired t test over seeds: are two ways of training different, seed by seed?</summary>
/// <param name="Count">Pairs, n.</param>
/// <param name="MeanDifference">Mean of first minus second.</param>
/// <param name="Deviation">Standard deviation of the differences, with n − 1; NaN below two pairs.</param>
/// <param name="T">Mean / (deviation/√n); NaN below two pairs, infinite or NaN when all differences are equal.</param>
/// <param name="PValue">Two-sided, n − 1 degrees of freedom; NaN when <paramref name="T"/> is.</param>
public sealed record PairedTest(int Count, double MeanDifference, double Deviation, double T, double PValue)
{
    // Differences of figures that are equal still differ in their last bits.
    private const double Rounding = 1e-12;

    /// <summary>Whether there is something to test by: two pairs at least, whose differences are not all the same.</summary>
    public bool IsTested => Count > 1 && Deviation >= Rounding;

    /// <summary>The smallest true difference that so many pairs find 4 times in 5, were the deviation that of all; NaN where there is nothing to test by.</summary>
    public double Detectable => IsTested ? DetectableDifference.Of(Count, Deviation) : double.NaN;

    /// <summary>Compares two lists of figures, one entry per seed in the same order.</summary>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public static PairedTest Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count != second.Count || first.Count == 0)
            throw new ArgumentException($"a paired test needs as many figures on both sides, not {first.Count} and {second.Count}");
        var differences = first.Zip(second, (a, b) => a - b).ToArray();
        var (mean, deviation) = Summary.Of(differences);
        double t = mean / (deviation / Math.Sqrt(differences.Length));
        return new PairedTest(differences.Length, mean, deviation, t, TwoSided(t, differences.Length - 1));
    }

    /// <summary>Where the true mean difference lies with probability 1 − <paramref name="level"/>: see <see cref="Summary.HalfWidth"/>.</summary>
    public (double Low, double High) Interval(double level = 0.05)
    {
        double half = new Summary(MeanDifference, Deviation).HalfWidth(Count, level);
        return (MeanDifference - half, MeanDifference + half);
    }

    // P(|t| > x) = I(ν/(ν+x²); ν/2, 1/2), Abramowitz and Stegun 26.7.1 with 26.5.27.
    internal static double TwoSided(double t, int freedom)
    {
        if (double.IsNaN(t))
            return double.NaN;
        return double.IsInfinity(t) ? 0 : IncompleteBeta.Regularized(freedom / (freedom + (t * t)), freedom / 2.0, 0.5);
    }
}
