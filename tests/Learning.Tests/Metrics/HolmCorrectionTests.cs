using KdCluster.Learning.Metrics;

namespace KdCluster.Tests.Metrics;

public class HolmCorrectionTests
{
    /// <summary>By hand: .005·4, .01·3, .03·2, and .04·1 below the one before it.</summary>
    [Fact]
    public void It_is_Holms_in_the_order_that_was_given()
    {
        Assert.Equal([0.03, 0.06, 0.06, 0.02], HolmCorrection.Of([0.01, 0.04, 0.03, 0.005]), Close);
    }

    [Fact]
    public void No_probability_exceeds_one_and_what_is_not_tested_counts_not()
    {
        Assert.Equal([1.0, 1.0], HolmCorrection.Of([0.6, 0.9]), Close);
        Assert.Equal([double.NaN, 0.04, double.NaN], HolmCorrection.Of([double.NaN, 0.04, double.NaN]), Close);
        Assert.Empty(HolmCorrection.Of([]));
    }

    private static bool Close(double a, double b) => (double.IsNaN(a) && double.IsNaN(b)) || Math.Abs(a - b) < 1e-12;
}
