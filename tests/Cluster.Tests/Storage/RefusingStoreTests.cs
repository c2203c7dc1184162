using Grpc.Core;
using KdCluster.Client;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Storage;

/// <summary>What is said of soft targets when the store does not take them: nothing is kept that is not, and nothing came from where it did not.</summary>
public class RefusingStoreTests
{
    [RedisTheory]
    [InlineData("OOM", "--maxmemory 1")]
    [InlineData("NOPERM", "--user default on nopass ~* &* +@all -eval -evalsha -script")]
    [InlineData("NOAUTH", "--requirepass another")]
    public async Task Warming_fails_and_a_run_says_what_is_not_kept(string why, string options)
    {
        await using RedisServer redis = await RedisServer.StartAsync(options.Split(' '));
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = redis.Address });
        await silo.TeacherAsync("bag");
        string recipe = TinyTask.Recipe(silo.Folder.Path, teachers: ["bag"]);

        KdException refused = await Assert.ThrowsAsync<KdException>(() => WarmAsync(silo, recipe));
        Assert.Contains(refused.Errors, e => e.What.Contains(why, StringComparison.Ordinal));

        Run run = await silo.RunAsync(recipe);
        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal((0, 240), (run.Students[0].StoreHits, run.Students[0].TeacherRows));
        string report = (await silo.Client.Run(run.Id).ReportAsync()).Markdown;
        Assert.Contains(" 0 from the store, 300 computed by teachers", report, StringComparison.Ordinal);
        Assert.Contains("The store gives 0 of the 300 soft targets", report, StringComparison.Ordinal);
        Assert.Contains(why, report, StringComparison.Ordinal);
        StoreStatsReply stats = await silo.Client.Cluster.StoreStatsAsync(new StoreStatsRequest());
        Assert.Contains(why, stats.Trouble.What, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task What_is_kept_is_said_to_be_kept_and_comes_from_the_store()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = redis.Address });
        await silo.TeacherAsync("bag");
        string recipe = TinyTask.Recipe(silo.Folder.Path, teachers: ["bag"]);

        WarmProgress warmed = await WarmAsync(silo, recipe);
        Assert.Equal((300, 0, 300), (warmed.Rows, warmed.StoreHits, warmed.TeacherRows));
        Run run = await silo.RunAsync(recipe);
        Assert.Equal((2 * 240, 0), (run.Students[0].StoreHits, run.Students[0].TeacherRows));
        Assert.DoesNotContain("The store gives", (await silo.Client.Run(run.Id).ReportAsync()).Markdown, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task A_database_that_the_server_does_not_have_keeps_the_silo_from_starting()
    {
        await using RedisServer redis = await RedisServer.StartAsync();

        KdException refused = await Assert.ThrowsAsync<KdException>(() => TinySilo.StartAsync(change: o => o with { Store = $"{redis.Address}/99" }));

        Assert.Equal("KD1404", refused.Code);
        Assert.Contains("no database 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_warmed_for_no_store()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = "none" });
        await silo.TeacherAsync("bag");

        KdException refused = await Assert.ThrowsAsync<KdException>(() => WarmAsync(silo, TinyTask.Recipe(silo.Folder.Path, teachers: ["bag"])));

        Assert.Equal("KD1405", refused.Code);
    }

    private static async Task<WarmProgress> WarmAsync(TinySilo silo, string recipe)
    {
        using AsyncServerStreamingCall<WarmProgress> call = silo.Client.Runs.Warm(new StartRunRequest { Recipe = recipe });
        var last = new WarmProgress();
        try
        {
            await foreach (WarmProgress progress in call.ResponseStream.ReadAllAsync())
            {
                last = progress;
            }
        }
        catch (RpcException e)
        {
            throw e.ToKd(silo.Client.Address);
        }

        return last;
    }
}
