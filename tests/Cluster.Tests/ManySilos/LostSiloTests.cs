using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Support;
using StackExchange.Redis;

namespace KdCluster.Tests.ManySilos;

/// <summary>A cluster of real processes under runs: what dies, and what does not belong.</summary>
public sealed class LostSiloTests
{
    /// <summary>The long version is <c>./kd chaos --runs 100</c>. One silo that trains, or has the run, and dies is in <see cref="LostTrainerTests"/>. How long a run stands still is measured there, on a machine that does nothing else.</summary>
    [ManySilosFact]
    public async Task Runs_end_as_if_nothing_had_happened_when_silos_are_killed_or_stopped_and_Redis_comes_back_empty()
    {
        using TemporaryFolder folder = new();
        await using KdProcess chaos = KdProcess.StartOther(
            "KdCluster.Chaos.dll", folder.File("home"), "--seed", "1", "--timeout-factor", "10", "--only", "trainer-and-run-silo-killed",
            "--only", "teacher-killed", "--only", "gateway-killed", "--only", "redis-emptied", "--only", "trainer-stopped");
        int code = await chaos.EndAsync(TimeSpan.FromMinutes(12));
        Assert.True(code == 0, chaos.Written);
        Assert.Contains("5 runs, seed 1: 5 as if nothing had happened, 0 not", chaos.Output, StringComparison.Ordinal);
    }

    [ManySilosFact]
    public async Task A_silo_of_another_cluster_or_version_is_refused()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using TemporaryFolder folder = new();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}");
        foreach ((string charter, string said) in new[] { ("other 1 0123456789abcdef0123456789abcdef", "cluster 'other'"), ("kdcluster 0 0123456789abcdef0123456789abcdef", "the cluster speaks 0") })
        {
            await connection.GetDatabase().StringSetAsync("kdcluster:charter", charter);
            await using KdProcess silo = KdProcess.Start(folder.File("home"), "silo", "--url", "http://127.0.0.1:0", "--redis", redis.Address);
            Assert.Equal(2, await silo.EndAsync());
            Assert.Contains("KD1609", silo.Written, StringComparison.Ordinal);
            Assert.Contains(said, silo.Written, StringComparison.Ordinal);
        }
    }

    [ManySilosFact]
    public async Task Silos_and_Redis_may_be_started_in_any_order()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        using TemporaryFolder folder = new();
        await using KdProcess silo = KdProcess.Start(folder.File("home"), "silo", "--verbose", "--url", "http://127.0.0.1:0", "--redis", redis.Address);
        await silo.LineAsync("waiting for Redis");
        await redis.StartAsync();
        await silo.LineAsync("Silo at ");
    }
}
