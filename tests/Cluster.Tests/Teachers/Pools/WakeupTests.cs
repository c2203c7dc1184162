using KdCluster.Cluster.Silos;

namespace KdCluster.Tests.Teachers.Pools;

public sealed class WakeupTests
{
    [Fact]
    public async Task News_that_come_after_a_wait_whose_time_was_over_end_the_next_one()
    {
        Wakeup wakeup = new(TimeProvider.System);
        await wakeup.WaitAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        wakeup.Raise();
        Assert.True(wakeup.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
    }
}
