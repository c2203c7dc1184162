using KdCluster.Learning.Metrics;

namespace KdCluster.Tests.Metrics;

public class DetectableDifferenceTests
{
    // Cohen's d of a paired t test at 80 % power, 5 % two-sided, as power tables give it.
    [Theory]
    [InlineData(10, 0.996)]
    [InlineData(20, 0.660)]
    [InlineData(34, 0.495)]
    public void It_is_that_of_power_tables(int pairs, double effect) => Assert.Equal(effect, DetectableDifference.Of(pairs, 1), 2e-3);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void A_simulated_test_finds_it_four_times_in_five(int pairs)
    {
        double effect = DetectableDifference.Of(pairs, 2), found = 0;
        Random random = new(pairs);
        const int Trials = 40_000;
        for (int trial = 0; trial < Trials; trial++)
        {
            double[] differences = [.. Enumerable.Range(0, pairs).Select(_ => effect + (2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
            found += PairedTest.Of(differences, new double[pairs]).PValue < 0.05 ? 1 : 0;
        }

        Assert.Equal(0.8, found / Trials, 0.008);
    }

    [Fact]
    public void Without_a_deviation_there_is_none()
    {
        Assert.Equal(double.NaN, DetectableDifference.Of(1, 1));
        Assert.Equal(double.NaN, DetectableDifference.Of(5, double.NaN));
        Assert.Equal(0, DetectableDifference.Of(5, 0));
    }

    // Φ(1), Φ(1.96), Φ(−3): Abramowitz and Stegun, table 26.1.
    [Theory]
    [InlineData(1, 0.841344746068543)]
    [InlineData(1.96, 0.975002104851780)]
    [InlineData(-3, 0.001349898031630)]
    [InlineData(0, 0.5)]
    [InlineData(9, 1)]
    public void Phi_is_that_of_tables(double x, double expected) => Assert.Equal(expected, DetectableDifference.Normal(x), 1e-14);
}
