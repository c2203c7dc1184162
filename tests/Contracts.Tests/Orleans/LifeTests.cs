namespace KdCluster.Tests.OrleansRuntime;

public class LifeTests(SiloFixture silo) : SiloTests(silo)
{
    private ILifeGrain NewGrain() => Grains.GetGrain<ILifeGrain>(NewKey(), typeof(LifeGrain).FullName);

    [Fact]
    public async Task A_grain_comes_back_with_its_state()
    {
        var grain = NewGrain();
        Assert.Equal((0, false, false), await grain.Stored());
        Assert.Equal(1, await grain.Increment());
        Assert.Equal(2, await grain.Increment());
        await grain.Leave();
        Assert.Equal(DeactivationReasonCode.ApplicationRequested, await Probe.Next(grain.GetPrimaryKeyString()));
        Assert.Equal(3, await grain.Increment());
        Assert.Equal(2, await grain.Activations());
        Assert.Equal((3, true, true), await grain.Stored());
    }

    [Fact]
    public async Task Cleared_state_starts_anew()
    {
        var grain = NewGrain();
        await grain.Increment();
        await grain.Leave();
        await Probe.Next(grain.GetPrimaryKeyString());
        Assert.Equal((1, true, true), await grain.Stored());
        await grain.Forget();
        var (value, exists, _) = await grain.Stored();
        Assert.Equal((0, false), (value, exists));
        Assert.Equal(1, await grain.Increment());
    }

    [Fact]
    public async Task Calls_made_while_a_grain_leaves_find_its_next_activation_in_order()
    {
        var grain = NewGrain();
        var gate = NewKey();
        var leaving = grain.LeaveWhen(gate);
        Assert.Equal("leaving", await Probe.Next(gate));
        var calls = Enumerable.Range(0, 50).Select(_ => grain.Increment()).ToArray();
        Probe.Open(gate);
        await leaving;
        Assert.Equal(Enumerable.Range(1, 50), await Task.WhenAll(calls));
        Assert.Equal(2, await grain.Activations());
    }

    [Fact]
    public async Task An_idle_grain_leaves_and_one_asked_to_stay_does_not()
    {
        var idle = Grains.GetGrain<ILifeGrain>(NewKey(), typeof(IdleGrain).FullName);
        var staying = Grains.GetGrain<ILifeGrain>(NewKey(), typeof(IdleGrain).FullName);
        await idle.Increment();
        await staying.Increment();
        await staying.Stay(TimeSpan.FromMinutes(5));
        Assert.Equal(DeactivationReasonCode.ActivationIdle, await Probe.Next(idle.GetPrimaryKeyString()));
        Assert.Equal(2, await idle.Increment());
        Assert.Equal(DeactivationReasonCode.ActivationIdle, await Probe.Next(idle.GetPrimaryKeyString()));
        Assert.Equal(1, await staying.Activations());
        Assert.True(Probe.SaidNothing(staying.GetPrimaryKeyString()));
    }

    [Fact]
    public async Task A_failed_activation_is_told_to_the_caller_and_tried_again_by_the_next()
    {
        var grain = Grains.GetGrain<IFragileGrain>(NewKey());
        var first = await Assert.ThrowsAsync<InvalidOperationException>(grain.Calls);
        Assert.Equal("constructor", Assert.IsType<UnlikelyException>(first.InnerException).Message);
        var second = await Assert.ThrowsAsync<UnlikelyException>(grain.Calls);
        Assert.Equal("activation", second.Message);
        Assert.Equal(1, await grain.Calls());
        Assert.Equal(2, await grain.Calls());
    }
}
