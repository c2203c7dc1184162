using KdCluster.Cluster.Devices;

namespace KdCluster.Tests.Devices;

public class DeviceWorkerTests
{
    [Fact]
    public async Task Work_runs_on_the_devices_own_threads_one_at_a_time_on_one_lane()
    {
        await using DeviceWorker worker = new("dev", 1, _ => { });
        int running = 0, most = 0;
        string?[] names = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => worker.RunAsync(
            () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Interlocked.Decrement(ref running);
                return Thread.CurrentThread.Name;
            },
            CancellationToken.None)));

        Assert.Equal(1, most);
        Assert.Equal("kd dev lane 0", Assert.Single(names.Distinct()));
    }

    [Fact]
    public async Task A_failure_reaches_its_asker_and_the_lane_goes_on()
    {
        await using DeviceWorker worker = new("dev", 1, _ => { });

        await Assert.ThrowsAsync<FormatException>(() => worker.RunAsync<int>(() => throw new FormatException(), CancellationToken.None));

        Assert.Equal(7, await worker.RunAsync(() => 7, CancellationToken.None));
    }

    [Fact]
    public async Task Work_that_lets_an_exception_out_is_told_and_the_lane_goes_on()
    {
        TaskCompletionSource<Exception> told = new();
        await using DeviceWorker worker = new("dev", 1, told.SetResult);

        await worker.PostAsync(() => throw new FormatException(), CancellationToken.None);

        Assert.IsType<FormatException>(await told.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(7, await worker.RunAsync(() => 7, CancellationToken.None));
    }
}
