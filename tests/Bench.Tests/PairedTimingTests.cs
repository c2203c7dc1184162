using KdCluster.Bench;
using KdCluster.Tests.Cli;

namespace KdCluster.Tests.Bench;

public sealed class PairedTimingTests
{
    [Fact]
    public async Task Both_parts_take_turns_in_going_first_and_the_first_pair_is_thrown_away()
    {
        List<string> order = [];
        Func<int, Task<Cost>> Part(string name, double seconds) => pair =>
        {
            order.Add($"{name}{pair}");
            return Task.FromResult(new Cost(pair < 0 ? 100 : seconds, pair < 0 ? 100 : seconds / 2));
        };

        PairedCosts costs = await new PairedTiming(3, TimeSpan.FromMinutes(1), TimeSpan.Zero, new FakeTimeProvider()).MeasureAsync(Part("work", 3), Part("reference", 2), CancellationToken.None);

        Assert.Equal(["work-1", "reference-1", "reference0", "work0", "work1", "reference1", "reference2", "work2"], order);
        Assert.Equal(new Interval(1.5, 1.5, 1.5, 3), costs.Wall);
        Assert.Equal(2 / 3.0, costs.ProcessorRate.Median, 12);
        Assert.Equal(150, costs.WorkMilliseconds(10), 12);
    }

    [Fact]
    public async Task A_disturbance_of_both_parts_of_a_pair_leaves_the_ratio()
    {
        double[] disturbances = [1, 50, 1, 3, 1];

        PairedCosts costs = await new PairedTiming(5, TimeSpan.FromMinutes(1), TimeSpan.Zero, new FakeTimeProvider()).MeasureAsync(
            pair => Task.FromResult(new Cost(1.1 * disturbances[Math.Max(pair, 0)], 1)), pair => Task.FromResult(new Cost(disturbances[Math.Max(pair, 0)], 1)), CancellationToken.None);

        Assert.Equal(1.1, costs.Wall.Low, 12);
        Assert.Equal(1.1, costs.Wall.High, 12);
    }

    [Fact]
    public async Task When_the_time_is_over_it_stops_but_not_before_there_can_be_an_interval()
    {
        var clock = new FakeTimeProvider();
        int begun = 0;
        Task<Cost> Work(int pair)
        {
            begun++;
            clock.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(new Cost(1, 1));
        }

        PairedCosts costs = await new PairedTiming(1000, TimeSpan.FromSeconds(75), TimeSpan.FromSeconds(5), clock).MeasureAsync(Work, _ => Task.FromResult(new Cost(1, 1)), CancellationToken.None);
        Assert.Equal(7, costs.Pairs.Count);

        costs = await new PairedTiming(1000, TimeSpan.Zero, TimeSpan.FromSeconds(15), clock).MeasureAsync(Work, _ => Task.FromResult(new Cost(1, 1)), CancellationToken.None);
        Assert.Equal(PairedTiming.Fewest, costs.Pairs.Count);
        Assert.Equal((1 + 7) + (2 + PairedTiming.Fewest), begun);
    }

    [Fact]
    public void Processor_time_counts_work_and_not_waiting()
    {
        double sum = 0;
        Cost busy = Cost.Of(() => sum = Enumerable.Range(0, 20_000_000).Sum(i => (double)i));

        Assert.True(sum > 0);
        Assert.InRange(busy.Processor, 0.001, double.MaxValue);
        Assert.InRange(busy.Wall, 0.001, double.MaxValue);
    }
}
