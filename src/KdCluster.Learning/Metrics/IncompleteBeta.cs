namespace KdCluster.Learning.Metrics;

/// <summary>The regularised incomplete beta function I(x; a, b), by its continued fraction (Abramowitz and Stegun 26.5.8, Lentz's evaluation).</summary>
internal static class IncompleteBeta
{
    public static double Regularized(double x, double a, double b)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        // The fraction converges fast below the mean; above it, the mirrored one does.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    private static double Fraction(double x, double a, double b)
    {
        const double tiny = 1e-300;
        double c = 1;
        double d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        double result = d;
        for (int m = 1; m <= 300; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            Step(even);
            double change = Step(odd);
            if (Math.Abs(change - 1) < 1e-15)
                break;
        }

        return result;

        double Step(double coefficient)
        {
            d = 1 / NotZero(1 + (coefficient * d));
            c = NotZero(1 + (coefficient / c));
            result *= c * d;
            return c * d;
        }

        static double NotZero(double value) => Math.Abs(value) < tiny ? tiny : value;
    }

    // Stirling's series after shifting the argument above 12: error below 1e-15 (Abramowitz and Stegun 6.1.41).
    private static double LogGamma(double z)
    {
        double shift = 0;
        for (; z < 12; z++)
            shift += Math.Log(z);
        double i = 1 / (z * z);
        double series = (1.0 / 12 - (i * (1.0 / 360 - (i * (1.0 / 1260 - (i * (1.0 / 1680 - (i / 1188)))))))) / z;
        return ((z - 0.5) * Math.Log(z)) - z + (0.5 * Math.Log(2 * Math.PI)) + series - shift;
    }
}
