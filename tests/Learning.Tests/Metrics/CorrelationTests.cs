using KdCluster.Learning.Metrics;
using KdCluster.Learning.Training;

namespace KdCluster.Tests.Metrics;

public sealed class CorrelationTests
{
    // By hand: x̄ = 3, ȳ = 4; Σdxdy = 16, Σdx² = 10, Σdy² = 30; 16/√300. Ranks of y: 1.5 1.5 3 4 5, whose Σdxdy = 9.5, Σdx² = 10, Σdy² = 9.5.
    [Fact]
    public void Known_values()
    {
        double[] x = [1, 2, 3, 4, 5], y = [1, 1, 3, 6, 9];
        Assert.Equal(21 / Math.Sqrt(10 * 48), Correlation.Pearson(x, y)!.Value, 12);
        Assert.Equal([1.5, 1.5, 3, 4, 5], Correlation.Ranks(y));
        Assert.Equal(9.5 / Math.Sqrt(10 * 9.5), Correlation.Spearman(x, y)!.Value, 12);
    }

    // The textbook form n·Σxy − Σx·Σy over √((nΣx² − (Σx)²)(nΣy² − (Σy)²)), and 1 − 6Σd²/(n(n²−1)), which holds without ties.
    [Fact]
    public void The_direct_formulas_give_the_same()
    {
        for (int trial = 0; trial < 20; trial++)
        {
            double[] x = Draw(trial, 0), y = Draw(trial, 1);
            int n = x.Length;
            double xy = x.Zip(y, (a, b) => a * b).Sum(), xx = x.Sum(a => a * a), yy = y.Sum(b => b * b);
            double pearson = ((n * xy) - (x.Sum() * y.Sum())) / Math.Sqrt(((n * xx) - (x.Sum() * x.Sum())) * ((n * yy) - (y.Sum() * y.Sum())));
            Assert.Equal(pearson, Correlation.Pearson(x, y)!.Value, 9);
            double squares = Correlation.Ranks(x).Zip(Correlation.Ranks(y), (a, b) => (a - b) * (a - b)).Sum();
            Assert.Equal(1 - (6 * squares / (n * ((double)(n * n) - 1))), Correlation.Spearman(x, y)!.Value, 9);
        }

        static double[] Draw(int trial, int side) => [.. Enumerable.Range(0, 7 + trial).Select(i => CounterRandom.Unit(trial, RandomStream.Rows, side, i))];
    }

    // By counting: of each number, those below it, and half of its equals.
    [Fact]
    public void Equal_numbers_share_the_mean_of_their_ranks()
    {
        double[] numbers = [.. Enumerable.Range(0, 60).Select(i => (double)CounterRandom.Below(7, 3, RandomStream.Rows, i))];
        Assert.Equal(numbers.Select(v => numbers.Count(o => o < v) + ((1 + numbers.Count(o => o == v)) / 2.0)), Correlation.Ranks(numbers));
    }

    [Fact]
    public void Where_one_side_is_constant_there_is_no_correlation()
    {
        // A third is no number of the machine: the mean of equal ones may be another number than they are.
        double third = 1.0 / 3;
        Assert.Null(Correlation.Pearson([third, third, third, third, third, third], [1, 2, 3, 4, 5, 6]));
        Assert.Null(Correlation.Pearson([1, 2, 3], [0.1, 0.1, 0.1]));
        Assert.Null(Correlation.Spearman([1, 2, 3], [7, 7, 7]));
        Assert.Null(Correlation.Pearson([5], [5]));
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1, 2], [1]));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(-2, 5, -1)]
    [InlineData(1e-100, 0, 1)]
    [InlineData(1e100, 1, 1)]
    public void A_line_correlates_wholly_whatever_its_unit(double slope, double constant, double expected)
    {
        double[] x = [1, 2, 4, 8, 3];
        Assert.Equal(expected, Correlation.Pearson(x, [.. x.Select(v => (slope * v) + constant)])!.Value, 9);
        Assert.Equal(expected, Correlation.Spearman(x, [.. x.Select(v => (slope * v) + constant)])!.Value, 12);
    }
}
