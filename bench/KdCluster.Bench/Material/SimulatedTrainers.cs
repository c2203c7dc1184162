using System.Text.Json.Nodes;
using KdCluster.Cli.Clusters;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.Cluster.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KdCluster.Bench;

/// <summary>Trainer silos in this process that meet in a Redis of their own. All of them is the product's but what a trainer thread does with a student.</summary>
internal sealed class SimulatedTrainers : IAsyncDisposable
{
    // Nobody learns from these rows.
    private const string Train = "text\tlabel\nlow\t0\nhigh\t1\n", Validation = "text\tlabel\nlower\t0\nhigher\t1\n";
    private readonly PrivateRedis _redis;
    private readonly List<KdSilo> _silos = [];
    private readonly string _folder;

    private SimulatedTrainers(PrivateRedis redis, string folder) => (_redis, _folder) = (redis, folder);

    /// <summary>Starts them.</summary>
    /// <param name="count">How many silos.</param>
    /// <param name="places">Students that each trains at the same time.</param>
    /// <param name="training">What is done with a student.</param>
    /// <param name="folder">Where their files are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SimulatedTrainers> StartAsync(int count, int places, IStudentTraining training, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "train.tsv"), Train, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "validation.tsv"), Validation, cancellationToken).ConfigureAwait(false);
        var cluster = new SimulatedTrainers(await PrivateRedis.StartAsync(folder, cancellationToken).ConfigureAwait(false), folder);
        for (int i = 0; i < count; i++)
        {
            cluster._silos.Add(await KdSilo.StartAsync(
                new KdClusterOptions
                {
                    Home = Path.Combine(folder, $"silo-{i}"),
                    Shared = Path.Combine(folder, "shared"),
                    Redis = $"redis://127.0.0.1:{cluster._redis.Port}",
                    Roles = SiloRoles.Trainer | SiloRoles.Gateway,
                    Trainers = places,
                },
                services => services.AddSingleton(training),
                LogLevel.Error,
                cancellationToken).ConfigureAwait(false));
        }

        return cluster;
    }

    /// <summary>Trains so many students in one run, to its end.</summary>
    public async Task<V1.Run> RunAsync(int students, CancellationToken cancellationToken)
    {
        var recipe = new JsonObject
        {
            ["name"] = "spread",
            ["data"] = new JsonObject { ["train"] = Path.Combine(_folder, "train.tsv"), ["validation"] = Path.Combine(_folder, "validation.tsv") },
            ["student"] = new JsonObject { ["kind"] = "bag-of-embeddings" },
            ["training"] = new JsonObject { ["seeds"] = new JsonArray([.. Enumerable.Range(1, students).Select(seed => (JsonNode)seed)]) },
        };
        var client = new KdClient(_silos[0].Address);
        await using (client.ConfigureAwait(false))
        {
            RunHandle run = await client.StartAsync(recipe.ToJsonString(), cancellationToken: cancellationToken).ConfigureAwait(false);
            return await run.ResultAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (KdSilo silo in _silos)
            await silo.DisposeAsync().ConfigureAwait(false);
        await _redis.DisposeAsync().ConfigureAwait(false);
    }
}
