namespace KdCluster.Tests.OrleansRuntime;

public interface IDeadlockGrain : IGrainWithStringKey
{
    Task CallBack(string other);

    [ResponseTimeout("00:00:01")]
    Task CallMe(string other);

    [ResponseTimeout("00:00:01")]
    Task<int> Ping();
}

public class DeadlockGrain : Grain, IDeadlockGrain
{
    public Task CallBack(string other) => GrainFactory.GetGrain<IDeadlockGrain>(other).CallMe(this.GetPrimaryKeyString());

    public Task CallMe(string other) => GrainFactory.GetGrain<IDeadlockGrain>(other).Ping();

    public Task<int> Ping() => Task.FromResult(1);
}

public class DeadlockTests(SiloFixture silo) : SiloTests(silo)
{
    [Fact]
    public async Task Two_grains_that_wait_for_each_other_time_out_and_live_on()
    {
        var (first, second) = (Grains.GetGrain<IDeadlockGrain>(NewKey()), Grains.GetGrain<IDeadlockGrain>(NewKey()));
        await Assert.ThrowsAsync<TimeoutException>(() => first.CallBack(second.GetPrimaryKeyString()).WaitAsync(Probe.Patience));
        Assert.Equal(1, await first.Ping());
        Assert.Equal(1, await second.Ping());
    }

    [Fact]
    public async Task A_grain_that_waits_for_itself_times_out_and_lives_on()
    {
        var grain = Grains.GetGrain<IDeadlockGrain>(NewKey());
        await Assert.ThrowsAsync<TimeoutException>(() => grain.CallMe(grain.GetPrimaryKeyString()).WaitAsync(Probe.Patience));
        await Assert.ThrowsAsync<TimeoutException>(() => grain.CallBack(grain.GetPrimaryKeyString()).WaitAsync(Probe.Patience));
        Assert.Equal(1, await grain.Ping());
    }
}
