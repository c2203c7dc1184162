using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.V1;

namespace KdCluster.Tests.Support;

/// <summary>A silo with a home of its own, a client, and the tiny task.</summary>
internal sealed class TinySilo : IAsyncDisposable
{
    private TinySilo(TemporaryFolder folder, KdSilo silo, bool ownsFolder) => (Folder, Silo, Client, _ownsFolder) = (folder, silo, new KdClient(silo.Address), ownsFolder);

    private readonly bool _ownsFolder;

    public TemporaryFolder Folder { get; }

    public KdSilo Silo { get; }

    public KdClient Client { get; }

    public string Home => Folder.File("home");

    public static async Task<TinySilo> StartAsync(TemporaryFolder? folder = null, Func<KdClusterOptions, KdClusterOptions>? change = null)
    {
        TemporaryFolder mine = folder ?? new TemporaryFolder();
        if (!System.IO.File.Exists(mine.File("train.tsv")))
        {
            TinyTask.Write(mine.Path);
        }

        KdClusterOptions options = new() { Home = mine.File("home"), Trainers = 2, Lanes = 1 };
        return new TinySilo(mine, await KdSilo.StartAsync(change?.Invoke(options) ?? options), folder is null);
    }

    /// <summary>Trains a model and deploys it under this name.</summary>
    public async Task<Teacher> TeacherAsync(string name, string kind = "bag-of-embeddings", int seed = 1)
    {
        Run run = await RunAsync(TinyTask.Recipe(Folder.Path, $"teacher-{name}", kind, change: r => r["training"]!["seeds"] = new System.Text.Json.Nodes.JsonArray(seed)));
        return await Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = run.Students[0].Checkpoint });
    }

    /// <summary>Starts a run and waits for its end.</summary>
    public async Task<Run> RunAsync(string recipe, string? id = null)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(90));
        RunHandle handle = await Client.StartAsync(recipe, id: id, cancellationToken: deadline.Token);
        return await handle.ResultAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Silo.DisposeAsync();
        if (_ownsFolder)
        {
            Folder.Dispose();
        }
    }
}
