namespace KdCluster.Tests.OrleansRuntime;

public class CancelTests(SiloFixture silo) : SiloTests(silo)
{
    [Fact]
    public async Task A_running_call_hears_of_it_in_its_own_turns_and_the_caller_stops_waiting()
    {
        var grain = Grains.GetGrain<ICancelGrain>(NewKey());
        var topic = NewKey();
        using var cancellation = new CancellationTokenSource();
        var call = grain.Wait(topic, cancellation.Token);
        Assert.Equal("waiting", await Probe.Next(topic));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Probe.Patience));
        Assert.Equal("cancelled", await Probe.Next(topic));
        Assert.Equal(1, await grain.Calls());
    }

    [Fact]
    public async Task A_call_cancelled_before_it_is_made_is_not_made()
    {
        var grain = Grains.GetGrain<ICancelGrain>(NewKey());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grain.Wait(NewKey(), new CancellationToken(canceled: true)));
        Assert.Equal(0, await grain.Calls());
    }

    [Fact]
    public async Task A_call_cancelled_in_the_queue_does_not_keep_its_caller_waiting()
    {
        var grain = Grains.GetGrain<ICancelGrain>(NewKey());
        var (gate, topic) = (NewKey(), NewKey());
        using var cancellation = new CancellationTokenSource();
        var held = grain.WaitFor(gate, CancellationToken.None);
        await Probe.Next(gate);
        var queued = grain.Wait(topic, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.WaitAsync(Probe.Patience));
        Probe.Open(gate);
        Assert.Equal(1, await held);
        Assert.InRange(await grain.Calls(), 1, 2);
    }

    [Fact]
    public async Task A_token_that_nobody_cancels_changes_nothing()
    {
        var grain = Grains.GetGrain<ICancelGrain>(NewKey());
        using var cancellation = new CancellationTokenSource();
        Assert.True(await grain.Cancellable(cancellation.Token));
        await cancellation.CancelAsync();
        Assert.Equal(0, await grain.Calls());
    }

    [Fact]
    public async Task A_grain_may_cancel_on_its_own()
    {
        var call = Grains.GetGrain<ICancelGrain>(NewKey()).Throw();
        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("the grain's own", failure.Message);
        Assert.True(call.IsCanceled);
    }
}
