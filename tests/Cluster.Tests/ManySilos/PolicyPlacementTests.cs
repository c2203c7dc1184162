using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.Grains;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace KdCluster.Tests.ManySilos;

/// <summary>The policy of a student is on the silo that trains it, whoever asked for it first.</summary>
public sealed class PolicyPlacementTests
{
    [ManySilosFact]
    public async Task Asked_first_through_a_gateway_it_moves_to_the_silo_that_trains()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        await using RedisServer redis = await RedisServer.StartAsync();
        await using KdSilo gateway = await StartAsync("gateway", SiloRoles.Gateway), trainer = await StartAsync("trainer", SiloRoles.Trainer | SiloRoles.Teacher | SiloRoles.Gateway);
        using KdClient client = new(gateway.Address);
        foreach ((string name, int seed) in new[] { ("one", 1), ("two", 2) })
        {
            Run taught = await (await client.StartAsync(TinyTask.Recipe(folder.Path, name, change: r => r["training"]!["seeds"] = new JsonArray(seed)))).ResultAsync();
            await client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = taught.Students[0].Checkpoint });
        }

        IGrainFactory grains = gateway.Services.GetRequiredService<IGrainFactory>();
        IWeightingGrain grain = grains.GetGrain<IWeightingGrain>("asked/reinforced/1");
        RequestContext.Set(IPlacementDirector.PlacementHintKey, AddressOf(gateway));
        await grain.PublishAsync(new WeightingSnapshot("reinforced", 0, [0.5, 0.5]));
        RequestContext.Clear();
        Assert.Equal(AddressOf(gateway), await WhereAsync());

        RunHandle run = await client.StartAsync(TinyTask.Recipe(folder.Path, "asked", teachers: ["one", "two"], change: r =>
        {
            r["weighting"] = new JsonObject { ["kind"] = "reinforced", ["studentWarmup"] = 5, ["policyWarmup"] = 5, ["episode"] = 4 };
            r["training"]!["epochs"] = 200;
        }), id: "asked");
        List<string> seen = [];
        await foreach (Run now in run.WatchAsync())
        {
            if (now.Students.Any(s => s.Step > 0 && s.Stage != "done") && await grain.DescribeAsync() is { } policy)
            {
                seen.Add(policy.Silo);
            }
        }

        Assert.Contains(trainer.Address, seen);
        Assert.DoesNotContain(gateway.Address, seen);
        Assert.Equal(RunState.Succeeded, (await run.GetAsync()).State);

        Task<KdSilo> StartAsync(string name, SiloRoles roles) => KdSilo.StartAsync(new KdClusterOptions
        {
            Home = folder.File(name),
            Shared = folder.File("shared"),
            Redis = redis.Address,
            Roles = roles,
            Trainers = 1,
            Lanes = 1,
        });

        async Task<SiloAddress?> WhereAsync() => await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
    }

    private static SiloAddress AddressOf(KdSilo silo) => silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
}
