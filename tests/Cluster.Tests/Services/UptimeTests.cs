using System.Diagnostics;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Services;

public class UptimeTests
{
    [Fact]
    public async Task A_silo_counts_from_its_start_and_not_from_the_call_that_asks()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        long since = Stopwatch.GetTimestamp();
        await silo.Client.Cluster.DescribeAsync(new DescribeSiloRequest());

        double passed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        Assert.True((await silo.Client.Cluster.DescribeAsync(new DescribeSiloRequest())).Uptime >= passed);
    }
}
