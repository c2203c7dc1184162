using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using KdCluster.Cluster;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Telemetry;
using KdCluster.Tests.ManySilos;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.DependencyInjection;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace KdCluster.Tests.Health;

public class HealthTests
{
    [Fact]
    public async Task A_silo_whose_store_does_not_answer_is_ready_and_says_what_it_does_without()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Store = "redis://127.0.0.1:9" });
        Grpc.Health.V1.Health.HealthClient health = new(silo.Client.Invoker);
        await silo.Silo.Services.GetRequiredService<StoreCheck>().AskAsync(CancellationToken.None);

        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = "liveness" })).Status);
        Assert.Equal(ServingStatus.NotServing, (await health.CheckAsync(new HealthCheckRequest { Service = "store" })).Status);
        Assert.True((await new Wire.Inference.GRPCInferenceService.GRPCInferenceServiceClient(silo.Client.Invoker).ServerReadyAsync(new())).Ready);
        Assert.Empty(silo.Silo.Services.GetRequiredService<SiloReadiness>().Obstacles());
        string degraded = Assert.Single(Assert.Single((await silo.Client.Cluster.SilosAsync(new SilosRequest())).Silos).Degraded);
        Assert.Contains("127.0.0.1:9", degraded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_is_ready_once_it_has_joined_its_cluster()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        using AsyncServerStreamingCall<HealthCheckResponse> watch = new Grpc.Health.V1.Health.HealthClient(silo.Client.Invoker).Watch(new HealthCheckRequest());
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

    [Fact]
    public async Task A_silo_that_is_emptied_says_so_at_once_and_not_when_it_is_next_asked()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        HealthServiceImpl told = silo.Silo.Services.GetRequiredService<HealthServiceImpl>();

        silo.Silo.Services.GetRequiredService<SiloDrain>().Begin();

        foreach (string service in (string[])["", "readiness", "kdcluster.v1.TeacherService"])
            Assert.Equal(ServingStatus.NotServing, (await told.Check(new HealthCheckRequest { Service = service }, null!)).Status);
        await SeeAsync(silo, "readiness", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.Serving, (await new Grpc.Health.V1.Health.HealthClient(silo.Client.Invoker).CheckAsync(new HealthCheckRequest { Service = "liveness" })).Status);
    }

    [ManySilosFact]
    public async Task Silos_stay_ready_without_the_Redis_of_their_cluster()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Redis = redis.Address, Store = "none", Roles = SiloRoles.Gateway });
        await SeeAsync(silo, "redis", ServingStatus.Serving);

        await redis.KillAsync();
        await SeeAsync(silo, "redis", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.Serving, (await new Grpc.Health.V1.Health.HealthClient(silo.Client.Invoker).CheckAsync(new HealthCheckRequest())).Status);
        Assert.StartsWith("redis: ", Assert.Single((await silo.Client.Cluster.OverviewAsync(new OverviewRequest())).Silos[0].Degraded), StringComparison.Ordinal);

        await redis.StartAsync();
        await SeeAsync(silo, "redis", ServingStatus.Serving);
    }

    internal static async Task SeeAsync(TinySilo silo, string service, ServingStatus status)
    {
        using AsyncServerStreamingCall<HealthCheckResponse> watch = new Grpc.Health.V1.Health.HealthClient(silo.Client.Invoker).Watch(
            new HealthCheckRequest { Service = service }, deadline: DateTime.UtcNow.AddSeconds(60));
        await foreach (HealthCheckResponse now in watch.ResponseStream.ReadAllAsync())
        {
            if (now.Status == status)
            {
                return;
            }
        }

        Assert.Fail($"{service} was never {status}");
    }
}
