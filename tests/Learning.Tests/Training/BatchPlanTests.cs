using KdCluster.Learning.Training;

namespace KdCluster.Tests.Training;

public class BatchPlanTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 1003).Select(i => 1 + CounterRandom.Below(60, 7, RandomStream.Rows, i))];

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void An_epoch_names_every_row_once_and_keeps_the_partial_batch(int window)
    {
        var plan = new BatchPlan(5, Lengths, 32, window);
        var batches = Enumerable.Range(0, plan.StepsPerEpoch).Select(s => plan.Rows(2, s)).ToArray();
        Assert.Equal(32, plan.StepsPerEpoch);
        Assert.Equal(Enumerable.Range(0, 1003), batches.SelectMany(b => b).Order());
        Assert.Single(batches, b => b.Length == 1003 % 32);
        Assert.Equal(31, batches.Count(b => b.Length == 32));
    }

    [Fact]
    public void A_batch_is_a_pure_function_of_seed_epoch_and_step()
    {
        var forward = new BatchPlan(5, Lengths, 32);
        var wanted = Enumerable.Range(0, 3).SelectMany(e => Enumerable.Range(0, 32).Select(s => (e, s, Rows: forward.Rows(e, s)))).ToList();
        var jumping = new BatchPlan(5, Lengths, 32);
        foreach (var (e, s, rows) in wanted.AsEnumerable().Reverse())
            Assert.Equal(rows, jumping.Rows(e, s));
        Assert.NotEqual(wanted[0].Rows, new BatchPlan(6, Lengths, 32).Rows(0, 0));
        Assert.NotEqual(wanted[0].Rows, wanted[32].Rows);
    }

    // Pinned: results of kept runs depend on it, so that a change here is a change of every result.
    [Fact]
    public void The_order_never_changes_between_versions()
    {
        var plan = new BatchPlan(1, [3, 1, 2, 9, 5, 4, 8, 7, 6, 10], 3, 1);
        Assert.Equal("1,2,9;7,5,0;4,6,3;8", string.Join(";", Enumerable.Range(0, 4).Select(s => string.Join(",", plan.Rows(0, s)))));
    }

    [Fact]
    public void Bucketing_makes_padding_small()
    {
        double Padded(int window)
        {
            var plan = new BatchPlan(5, Lengths, 32, window);
            return Enumerable.Range(0, plan.StepsPerEpoch).Select(s => plan.Rows(0, s)).Sum(b => b.Length * b.Max(r => Lengths[r]));
        }

        double real = Lengths.Sum();
        Assert.True(Padded(1) > 1.7 * real, $"{Padded(1) / real}");
        Assert.True(Padded(32) < 1.1 * real, $"{Padded(32) / real}");
    }

    [Fact]
    public void Every_place_of_a_shuffle_is_as_likely_for_every_row()
    {
        const int rows = 8, epochs = 8000;
        var counts = new int[rows, rows];
        var plan = new BatchPlan(3, new int[rows], rows, 1);
        for (int e = 0; e < epochs; e++)
        {
            int[] order = plan.Rows(e, 0);
            for (int at = 0; at < rows; at++)
                counts[at, order[at]]++;
        }

        double expected = epochs / (double)rows;
        double chi = counts.Cast<int>().Sum(c => (c - expected) * (c - expected) / expected);
        Assert.InRange(chi, 20, 100);   // 49 degrees of freedom: mean 49, deviation 9.9
    }
}
