namespace KdCluster.Tests.OrleansRuntime;

public class TimerTests(SiloFixture silo) : SiloTests(silo)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timer_ticks_in_its_grain_s_turns_until_it_is_disposed_also_after_failures(bool fails)
    {
        var grain = Grains.GetGrain<ITimerGrain>(NewKey());
        var topic = NewKey();
        await grain.Start(topic, interleave: false, fails);
        for (var i = 0; i < 3; i++)
            Assert.Equal((true, false, true), await Probe.Next(topic));
        await grain.Stop();
        var ticks = Probe.Count(topic);
        await Task.Delay(60);
        Assert.Equal(ticks, Probe.Count(topic));
    }

    [Fact]
    public async Task A_tick_waits_for_the_call_that_runs()
    {
        var grain = Grains.GetGrain<ITimerGrain>(NewKey());
        var (topic, gate) = (NewKey(), NewKey());
        await grain.Start(topic, interleave: false, fails: false);
        var held = grain.Hold(gate);
        await Probe.Next(gate);
        while (!Probe.SaidNothing(topic))
            await Probe.Next(topic);
        await Task.Delay(60);
        Assert.True(Probe.SaidNothing(topic));
        Probe.Open(gate);
        await held;
        Assert.Equal((true, false, true), await Probe.Next(topic));
        await grain.Stop();
    }

    [Fact]
    public async Task An_interleaving_tick_does_not_wait()
    {
        var grain = Grains.GetGrain<ITimerGrain>(NewKey());
        var (topic, gate) = (NewKey(), NewKey());
        await grain.Start(topic, interleave: true, fails: false);
        var held = grain.Hold(gate);
        await Probe.Next(gate);
        while (await Probe.Next(topic) is not (true, true, true))
        {
        }
        Probe.Open(gate);
        await held;
        await grain.Stop();
    }

    [Fact]
    public async Task A_timer_without_a_period_ticks_once_and_again_when_changed()
    {
        var grain = Grains.GetGrain<ITimerGrain>(NewKey());
        var topic = NewKey();
        await grain.StartOnce(topic);
        await Probe.Next(topic);
        await Task.Delay(60);
        Assert.True(Probe.SaidNothing(topic));
        await grain.Change(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
        await Probe.Next(topic);
        await Probe.Next(topic);
        await grain.Stop();
    }

    [Fact]
    public async Task Timers_end_with_their_activation()
    {
        var topic = NewKey();
        await Grains.GetGrain<ITimerGrain>(NewKey()).StartAndLeave(topic);
        Assert.Equal("ticked", await Probe.Next(topic));
        Assert.Equal("stopped", await Probe.Next(topic));
        await Task.Delay(60);
        Assert.True(Probe.SaidNothing(topic));
    }
}
