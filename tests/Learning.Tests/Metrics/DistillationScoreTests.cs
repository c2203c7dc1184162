using KdCluster.Learning.Metrics;

namespace KdCluster.Tests.Metrics;

public class DistillationScoreTests
{
    [Theory]
    [InlineData(25, 100, 0.72, 0.9, 0.5, 0.225)]     // 0.5·0.25 + 0.5·(1 − 0.8)
    [InlineData(25, 100, 0.72, 0.9, 0, 0.2)]
    [InlineData(25, 100, 0.72, 0.9, 1, 0.25)]
    [InlineData(100, 100, 0.9, 0.9, 0.5, 0.5)]
    [InlineData(10, 100, 0.99, 0.9, 0.5, 0)]         // better than its teacher by as much as it is small
    public void It_is_the_formula(double sizeS, double sizeT, double accS, double accT, double alpha, double wanted) =>
        Assert.Equal(wanted, DistillationScore.Of(sizeS, sizeT, accS, accT, alpha), 12);

    [Fact]
    public void Half_is_the_default() => Assert.Equal(DistillationScore.Of(1, 4, 0.6, 0.8, 0.5), DistillationScore.Of(1, 4, 0.6, 0.8));

    [Theory]
    [InlineData(0, 1, 1, 0.5)]
    [InlineData(1, 0, 1, 0.5)]
    [InlineData(1, 1, 0, 0.5)]
    [InlineData(1, 1, 1, 1.5)]
    [InlineData(1, 1, 1, double.NaN)]
    public void Impossible_figures_are_refused(double sizeS, double sizeT, double accT, double alpha) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DistillationScore.Of(sizeS, sizeT, 0.5, accT, alpha));
}
