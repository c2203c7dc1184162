using Orleans.Runtime;

namespace KdCluster.Tests.OrleansRuntime;

public class StreamTests(SiloFixture silo) : SiloTests(silo)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1234)]
    public async Task All_items_arrive_in_order(int count)
    {
        var items = new List<int>();
        await foreach (var item in Grains.GetGrain<IStreamGrain>(NewKey()).Count(count))
            items.Add(item);
        Assert.Equal(Enumerable.Range(0, count), items);
    }

    [Fact]
    public async Task A_stream_can_be_read_again_and_by_many()
    {
        var stream = Grains.GetGrain<IStreamGrain>(NewKey()).Count(300);
        async Task<int> Sum()
        {
            var sum = 0;
            await foreach (var item in stream)
                sum += item;
            return sum;
        }

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Sum())), sum => Assert.Equal(300 * 299 / 2, sum));
        Assert.Equal(300 * 299 / 2, await Sum());
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_the_grain_s_side()
    {
        var topic = NewKey();
        await foreach (var item in Grains.GetGrain<IStreamGrain>(NewKey()).Endless(topic))
        {
            if (item == 3)
                break;
        }
        Assert.Equal("ended", await Probe.Next(topic));
    }

    [Fact]
    public async Task Cancelling_ends_both_sides()
    {
        var topic = NewKey();
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in Grains.GetGrain<IStreamGrain>(NewKey()).Endless(topic).WithCancellation(cancellation.Token))
            {
                if (item == 3)
                    await cancellation.CancelAsync();
            }
        });
        Assert.Equal("ended", await Probe.Next(topic));
    }

    [Fact]
    public async Task A_failure_comes_after_the_items_before_it()
    {
        var items = new List<int>();
        var failure = await Assert.ThrowsAsync<UnlikelyException>(async () =>
        {
            await foreach (var item in Grains.GetGrain<IStreamGrain>(NewKey()).FailAfter(5))
                items.Add(item);
        });
        Assert.Equal("stream", failure.Message);
        Assert.Equal(Enumerable.Range(0, 5), items);
    }

    [Fact]
    public async Task The_grain_answers_others_while_a_stream_waits()
    {
        var grain = Grains.GetGrain<IStreamGrain>(NewKey());
        var gate = NewKey();
        var items = new List<string>();
        await foreach (var item in grain.Gated(gate))
        {
            items.Add(item);
            Assert.Equal(items.Count, await grain.Ping());
            Probe.Open(gate);
        }
        Assert.Equal(["before", "after"], items);
    }

    [Fact]
    public async Task A_deactivated_grain_aborts_its_streams()
    {
        var grain = Grains.GetGrain<IStreamGrain>(NewKey());
        await Assert.ThrowsAsync<EnumerationAbortedException>(async () =>
        {
            await foreach (var item in grain.Endless(NewKey()))
            {
                if (item == 0)
                {
                    await grain.Leave();
                    // Answered by the next activation, so the first one has gone.
                    Assert.Equal(1, await grain.Ping());
                }
            }
        });
    }
}
