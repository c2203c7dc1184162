using Grpc.Core;
using KdCluster.Cluster.Health;
using KdCluster.Tests.Support;
using KdCluster.Wire.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using static KdCluster.Wire.Health.V1.HealthCheckResponse.Types;

namespace KdCluster.Tests.Health;

public class HealthTests
{
    [Fact]
    public async Task A_silo_whose_store_does_not_answer_lives_but_is_not_ready()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = "redis://127.0.0.1:9" });
        Wire.Health.V1.Health.HealthClient health = new(silo.Client.Invoker);
        await silo.Silo.Services.GetRequiredService<StoreCheck>().AskAsync(CancellationToken.None);

        Assert.Equal(ServingStatus.NotServing, (await health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = "liveness" })).Status);
        Assert.False((await new Wire.Inference.GRPCInferenceService.GRPCInferenceServiceClient(silo.Client.Invoker).ServerReadyAsync(new())).Ready);
        ReadinessObstacle obstacle = Assert.Single(silo.Silo.Services.GetRequiredService<SiloReadiness>().Obstacles());
        Assert.Equal("store", obstacle.Check);
        Assert.Contains("127.0.0.1:9", obstacle.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_is_ready_once_it_has_joined_its_cluster_and_its_store_has_answered()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        using AsyncServerStreamingCall<HealthCheckResponse> watch = new Wire.Health.V1.Health.HealthClient(silo.Client.Invoker).Watch(new HealthCheckRequest());
        List<ServingStatus> told = [];
        await foreach (HealthCheckResponse now in watch.ResponseStream.ReadAllAsync())
        {
            told.Add(now.Status);
            if (now.Status == ServingStatus.Serving)
            {
                break;
            }
        }

        Assert.Empty(silo.Silo.Services.GetRequiredService<SiloReadiness>().Obstacles());
        Assert.True(told.Count <= 2);
    }
}
