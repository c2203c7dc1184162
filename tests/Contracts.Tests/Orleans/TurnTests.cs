namespace KdCluster.Tests.OrleansRuntime;

public class TurnTests(SiloFixture silo) : SiloTests(silo)
{
    [Fact]
    public async Task An_activation_is_in_one_call_at_a_time()
    {
        var grain = Grains.GetGrain<ITurnGrain>(NewKey());
        var most = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => grain.Work(i % 5))));
        Assert.All(most, inside => Assert.Equal(1, inside));
    }

    [Fact]
    public async Task A_reentrant_grain_is_in_several_calls_but_in_one_turn()
    {
        var grain = Grains.GetGrain<IReentrantGrain>(NewKey());
        await grain.Sum();   // in memory: only then is order kept
        var gate = NewKey();
        Assert.Equal((int[])[1, 2], await Task.WhenAll(grain.Meet(gate), grain.Meet(gate)));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => grain.Add(10))));
        Assert.Equal(2000, await grain.Sum());
    }

    [Fact]
    public async Task A_call_marked_so_interleaves_with_one_that_waits()
    {
        var grain = Grains.GetGrain<ITurnGrain>(NewKey());
        var gate = NewKey();
        var held = grain.Hold(gate);
        await Probe.Next(gate);
        var queued = grain.Work(0);
        await grain.Pass(gate);
        await held;
        Assert.Equal(1, await queued);
    }

    [Fact]
    public async Task Readers_are_in_together_and_a_writer_alone()
    {
        var grain = Grains.GetGrain<ITurnGrain>(NewKey());
        var gate = NewKey();
        var first = grain.Read(gate);
        Assert.Equal(1, await Probe.Next(gate));
        var second = grain.Read(gate);
        Assert.Equal(2, await Probe.Next(gate));
        var writer = grain.Hold(gate);
        Assert.False(writer.IsCompleted);
        Assert.True(Probe.SaidNothing(gate));
        Probe.Open(gate);
        Assert.Equal((int[])[1, 2], await Task.WhenAll(first, second));
        Assert.Equal("holding", await Probe.Next(gate));
        await writer;
    }

    // Order is kept between grains that are in memory; while a grain is being placed, its first calls may overtake each other.
    [Fact]
    public async Task Calls_from_one_caller_arrive_in_order()
    {
        var grain = Grains.GetGrain<ITurnGrain>(NewKey());
        await grain.Work(0);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(grain.Append));
        Assert.Equal(Enumerable.Range(0, 1000), await grain.Appended());
    }

    [Fact]
    public async Task Calls_from_one_grain_to_another_arrive_in_order()
    {
        var from = Grains.GetGrain<ITurnGrain>(NewKey());
        var to = Grains.GetGrain<ITurnGrain>(NewKey());
        await to.Work(0);
        await from.SendInOrder(to, 1000);
        Assert.Equal(Enumerable.Range(0, 1000), await to.Appended());
    }

    [Fact]
    public async Task What_a_grain_awaits_comes_back_to_its_turns() =>
        Assert.True(await Grains.GetGrain<ITurnGrain>(NewKey()).StaysInItsTurns());

    [Fact]
    public async Task Ten_thousand_calls_at_once_on_a_hundred_grains()
    {
        var prefix = NewKey();
        var grains = Enumerable.Range(0, 100).Select(i => Grains.GetGrain<ITurnGrain>($"{prefix}-{i}")).ToArray();
        await Task.WhenAll(grains.Select(grain => grain.Work(0)));
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => grains[i % 100].Append(i / 100)));
        foreach (var grain in grains)
            Assert.Equal(Enumerable.Range(0, 100), await grain.Appended());
    }

    [Fact]
    public async Task A_one_way_call_does_not_wait_and_hears_of_no_failure()
    {
        var grain = Grains.GetGrain<ITurnGrain>(NewKey());
        var gate = NewKey();
        await grain.Tell(gate);
        Assert.True(Probe.SaidNothing(gate));
        Probe.Open(gate);
        Assert.Equal("told", await Probe.Next(gate));
        await grain.TellAndFail();
        Assert.Equal(1, await grain.Work(0));
    }
}
