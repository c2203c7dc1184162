using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.ManySilos;

/// <summary>A cluster of real processes under runs: what dies, and what does not belong.</summary>
public sealed class LostSiloTests
{
    /// <summary>The long version is <c>kd chaos --runs 100</c>. How long a run stands still is measured there, on a machine that does nothing else.</summary>
    [ManySilosFact]
    public async Task Runs_end_as_if_nothing_had_happened_when_silos_are_killed_or_stopped_and_Redis_comes_back_empty()
    {
        using TemporaryFolder folder = new();
        await using KdProcess chaos = KdProcess.Start(
            folder.File("home"), "chaos", "--seed", "1", "--patience", "10", "--only", "trainer-killed", "--only", "teacher-killed", "--only", "gateway-killed", "--only", "redis-emptied",
            "--only", "trainer-stopped");
        int code = await chaos.EndAsync(TimeSpan.FromMinutes(8));
        Assert.True(code == 0, chaos.Written);
        Assert.Contains("5 runs, seed 1: 5 as if nothing had happened, 0 not", chaos.Output, StringComparison.Ordinal);
    }

    [ManySilosFact]
    public async Task A_silo_of_another_cluster_is_refused()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "all"));
        await using KdProcess stranger = cluster.Begin("stranger", "all", "other");
        Assert.NotEqual(0, await stranger.EndAsync());
        Assert.Contains("KD1609", stranger.Written, StringComparison.Ordinal);
    }
}
