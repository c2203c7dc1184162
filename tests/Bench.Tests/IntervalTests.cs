using KdCluster.Bench;

namespace KdCluster.Tests.Bench;

public sealed class IntervalTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 0)]
    [InlineData(7, 0)]
    [InlineData(8, 1)]
    [InlineData(15, 3)]
    [InlineData(16, 4)]
    public void It_leaves_out_as_many_values_at_each_end_as_the_binomial_allows(int count, int leftOut)
    {
        Interval interval = Interval.Of([.. Enumerable.Range(0, count).Select(i => (double)i).Reverse()]);

        Assert.Equal(new Interval((count - 1) / 2.0, leftOut, count - 1 - leftOut, count), interval);
    }

    [Fact]
    public void It_holds_the_true_median_of_a_skewed_distribution_nine_times_of_ten()
    {
        const int Trials = 2000;
        var random = new Random(4);
        int held = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            // exp(x) of a symmetric x has the median 1.
            Interval interval = Interval.Of([.. Enumerable.Range(0, 15).Select(_ => Math.Exp(4 * (random.NextDouble() - 0.5)))]);
            held += interval.Low <= 1 && 1 <= interval.High ? 1 : 0;
        }

        Assert.InRange(held / (double)Trials, 0.9, 0.99);
    }

    [Theory]
    [InlineData(1.00, 0.98, 1.01, "ok", false)]
    [InlineData(1.00, 0.98, 1.05, "ok~", false)]
    [InlineData(1.03, 1.00, 1.05, "miss~", false)]
    [InlineData(1.04, 1.03, 1.05, "miss", true)]
    public void A_number_to_hold_is_judged_by_the_median_and_doubted_by_the_interval(double median, double low, double high, string verdict, bool clear)
    {
        var interval = new Interval(median, low, high, 15);

        Assert.Equal(verdict, Hold.AtMost(1.02).Judge(interval));
        Assert.Equal(clear, Hold.AtMost(1.02).IsClearlyMissedBy(interval));
        Assert.Equal(verdict, Hold.AtLeast(-1.02).Judge(new Interval(-median, -high, -low, 15)));
    }
}
