using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.Cluster.Runs;
using KdCluster.Runs;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Tests.ManySilos;

/// <summary>Where the students of one run go, on real silos in this process.</summary>
public sealed class RunSpreadTests
{
    private const int Silos = 4, Students = 8;

    [ManySilosFact]
    public async Task Eight_students_that_are_placed_at_once_go_to_four_silos_two_to_each()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        await using RedisServer redis = await RedisServer.StartAsync();
        TinyTask.Write(folder.Path);
        Together training = new(Students, deadline.Token);
        List<KdSilo> silos = [];
        try
        {
            for (int i = 0; i < Silos; i++)
            {
                KdClusterOptions options = new()
                {
                    Home = folder.File($"silo-{i}"),
                    Shared = folder.File("shared"),
                    Redis = redis.Address,
                    Roles = SiloRoles.Trainer | SiloRoles.Gateway,
                    Trainers = 4,
                };
                silos.Add(await KdSilo.StartAsync(options, services => services.AddSingleton<IStudentTraining>(training), LogLevel.Error, deadline.Token));
            }

            await using KdClient client = new(silos[0].Address);
            RunHandle handle = await client.StartAsync(
                TinyTask.Recipe(folder.Path, change: r => r["training"]!["seeds"] = new JsonArray([.. Enumerable.Range(1, Students).Select(seed => (JsonNode)seed)])),
                cancellationToken: deadline.Token);
            Run run = await handle.ResultAsync(deadline.Token);

            Assert.Equal(V1.RunState.Succeeded, run.State);
            Assert.Equal([2, 2, 2, 2], run.Students.GroupBy(s => s.Silo).Select(g => g.Count()));
            Assert.All(run.Students, s => Assert.Equal(1, s.Attempt));
        }
        finally
        {
            foreach (KdSilo silo in silos)
                await silo.DisposeAsync();
        }
    }

    /// <summary>No student ends before all have begun.</summary>
    private sealed class Together(int students, CancellationToken deadline) : IStudentTraining
    {
        private readonly CountdownEvent _begun = new(students);

        public StudentStatus Train(StudentOrder order, Action<StudentStatus> report, CancellationToken cancellationToken)
        {
            _begun.Signal();
            _begun.Wait(deadline);
            return order.Student with { Stage = "done", Step = 1, Steps = 1, TestAccuracy = 0.5, Parameters = 1 };
        }
    }
}
