using KdCluster.Cluster.Health;
using KdCluster.Cluster.Telemetry;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.DependencyInjection;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace KdCluster.Tests.Health;

/// <summary>Metrics are those of the process: beside another silo in it, the page would tell of either.</summary>
[Collection(AloneCollection.Name)]
public class StoreHealthTests
{
    [RedisFact]
    public async Task A_store_that_dies_and_comes_back_is_told_and_the_silo_serves_throughout()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = redis.Address, Metrics = "http://127.0.0.1:0" });
        StoreCheck check = silo.Silo.Services.GetRequiredService<StoreCheck>();
        string metrics = silo.Silo.Services.GetRequiredService<TelemetryEndpoint>().Address!;
        using HttpClient http = new();
        await check.AskAsync(CancellationToken.None);
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri(metrics + "/readyz")));

        await redis.KillAsync();
        await check.AskAsync(CancellationToken.None);
        string ready = await http.GetStringAsync(new Uri(metrics + "/readyz"));
        Assert.StartsWith("ready\ndegraded: store: ", ready, StringComparison.Ordinal);
        Assert.Contains("kdcluster_silo_degraded{part=\"store\"} 1", await http.GetStringAsync(new Uri(metrics + "/metrics")), StringComparison.Ordinal);
        await silo.TeacherAsync("bag");
        Assert.Equal(RunState.Succeeded, (await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["bag"]))).State);

        await redis.StartAsync();
        await HealthTests.SeeAsync(silo, "store", ServingStatus.Serving);
        Assert.Empty(Assert.Single((await silo.Client.Cluster.SilosAsync(new SilosRequest())).Silos).Degraded);
        Assert.Contains("kdcluster_silo_degraded{part=\"store\"} 0", await http.GetStringAsync(new Uri(metrics + "/metrics")), StringComparison.Ordinal);
    }
}
