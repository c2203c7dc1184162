namespace KdCluster.Learning.Metrics;

/// <summary>What a paired t test over so many seeds can see: the smallest true mean difference that it finds with a given probability.</summary>
public static class DetectableDifference
{
    private const int Intervals = 4_000;

    /// <summary>The smallest mean of the differences that a two-sided paired t test finds significant with probability <paramref name="power"/>.</summary>
    /// <param name="pairs">Pairs, n.</param>
    /// <param name="deviation">Standard deviation of the differences, taken to be the true one.</param>
    /// <param name="power">Above <paramref name="level"/>, below 1.</param>
    /// <param name="level">The level of the test, 0 to 1.</param>
    /// <returns>In the unit of <paramref name="deviation"/>; NaN below two pairs or without a deviation.</returns>
    public static double Of(int pairs, double deviation, double power = 0.8, double level = 0.05)
    {
        if (pairs < 2 || !double.IsFinite(deviation))
            return double.NaN;
        double critical = Critical(level, pairs - 1);
        return Root(shift => Power(pairs - 1, critical, shift) - power) * deviation / Math.Sqrt(pairs);
    }

    /// <summary>What |t| exceeds with probability <paramref name="level"/>, with <paramref name="freedom"/> degrees of freedom.</summary>
    internal static double Critical(double level, int freedom) => Root(t => level - PairedTest.TwoSided(t, freedom));

    /// <summary>
    /// P(|T| > critical) for T of Student's noncentral distribution: E over s of Φ(δ − c·s) + Φ(−δ − c·s), where ν·s² has the χ² distribution with ν degrees of freedom (Johnson, Kotz and Balakrishnan,
    /// Continuous Univariate Distributions 2, 31.2).
    /// </summary>
    /// <param name="freedom">ν.</param>
    /// <param name="critical">c.</param>
    /// <param name="shift">δ, the noncentrality.</param>
    internal static double Power(int freedom, double critical, double shift)
    {
        // Simpson's rule over the density of s, which is 0 from here on.
        double end = 1 + (9 / Math.Sqrt(freedom)), width = end / Intervals, sum = 0, whole = 0;
        for (int i = 1; i <= Intervals; i++)
        {
            double s = i * width, weight = i == Intervals ? 1 : i % 2 == 1 ? 4 : 2;
            // Up to a constant factor, which the whole of it takes out; s = 0 has no share but with one degree of freedom.
            double density = weight * Math.Exp(((freedom - 1) * Math.Log(s)) - (freedom * (s * s - 1) / 2));
            whole += density;
            sum += density * (Normal(shift - (critical * s)) + Normal(-shift - (critical * s)));
        }

        if (freedom == 1)
        {
            whole += Math.Exp(0.5);
            sum += Math.Exp(0.5) * (Normal(shift) + Normal(-shift));
        }

        return sum / whole;
    }

    /// <summary>Φ by its series 1/2 + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia, Journal of Statistical Software 11(4), 2004).</summary>
    internal static double Normal(double x)
    {
        if (Math.Abs(x) > 8)
            return x > 0 ? 1 : 0;
        double sum = x, term = x;
        for (int i = 3; Math.Abs(term) > 1e-17; i += 2)
            sum += term *= x * x / i;
        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>Where a function that rises from below 0 passes it, above 0.</summary>
    private static double Root(Func<double, double> rising)
    {
        (double low, double high) = (0, 1);
        while (rising(high) < 0)
            high *= 2;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = rising(middle) < 0 ? (middle, high) : (low, middle);
        }

        return high;
    }
}
