using KdCluster.Learning.Metrics;

namespace KdCluster.Tests.Metrics;

public class PairedTestTests
{
    // With 1 degree of freedom P(|t| > x) = 1 − 2/π·atan x; with 2 it is 1 − x/√(2 + x²): closed forms.
    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(12.7)]
    public void Small_samples_match_the_closed_forms(double x)
    {
        // Differences d and e have mean (d+e)/2 and t = (d+e)/|d−e|.
        var two = PairedTest.Of([x + 1, x - 1], [0, 0]);
        Assert.Equal(x, two.T, 10);
        Assert.Equal(1 - (2 / Math.PI * Math.Atan(x)), two.PValue, 10);

        double spread = Math.Sqrt(3);   // deviation of (−s, 0, s) is s, and t = mean·√3/s
        var three = PairedTest.Of([x - spread, x, x + spread], [0, 0, 0]);
        Assert.Equal(x, three.T, 10);
        Assert.Equal(1 - (x / Math.Sqrt(2 + (x * x))), three.PValue, 10);
    }

    // P(|t| > x) for 5 degrees of freedom by Simpson's rule on the density, an independent computation.
    [Fact]
    public void Five_degrees_match_a_numerical_integral()
    {
        double[] a = [0.81, 0.79, 0.83, 0.80, 0.82, 0.84], b = [0.80, 0.78, 0.80, 0.81, 0.79, 0.82];
        var test = PairedTest.Of(a, b);
        double Density(double t) => 8 / (3 * Math.PI * Math.Sqrt(5)) * Math.Pow(1 + (t * t / 5), -3);
        const int n = 20000;
        double h = test.T / n, sum = Density(0) + Density(test.T);
        for (int i = 1; i < n; i++)
            sum += (i % 2 == 0 ? 2 : 4) * Density(i * h);
        Assert.Equal(1 - (2 * sum * h / 3), test.PValue, 8);
        Assert.Equal(0.015, test.MeanDifference, 12);
        Assert.InRange(test.PValue, 0.01, 0.2);
    }

    [Fact]
    public void One_pair_has_no_p_value_and_unequal_lists_are_refused()
    {
        Assert.True(double.IsNaN(PairedTest.Of([1], [0.5]).PValue));
        Assert.Throws<ArgumentException>(() => PairedTest.Of([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => PairedTest.Of([], []));
    }

    [Fact]
    public void A_summary_is_mean_and_sample_deviation()
    {
        Assert.Equal(new Summary(5, Math.Sqrt(32 / 7.0)), Summary.Of([2, 4, 4, 4, 5, 5, 7, 9]));
        Assert.True(double.IsNaN(Summary.Of([3]).Deviation));
    }
}
