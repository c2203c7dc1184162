using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>A cluster of real processes on this machine: a Redis of its own, silos with roles, one shared folder.</summary>
internal sealed class SiloProcesses : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, KdProcess> _silos = [];
    private readonly RedisServer _redis;
    private KdClient? _client;

    private SiloProcesses(RedisServer redis) => _redis = redis;

    public string Data => _folder.Path;

    public string Redis => _redis.Address;

    /// <summary>Through the silo called <c>gateway</c>.</summary>
    public KdClient Client => _client ?? throw new InvalidOperationException("no gateway was started");

    public KdProcess this[string name] => _silos[name];

    public static async Task<SiloProcesses> StartAsync(params (string Name, string Roles)[] silos)
    {
        SiloProcesses cluster = new(await RedisServer.StartAsync());
        TinyTask.Write(cluster.Data);
        await Task.WhenAll(silos.Select(s => cluster.AddAsync(s.Name, s.Roles)));
        return cluster;
    }

    /// <summary>The silo that serves an address.</summary>
    public string NameOf(string address) => _silos.Single(s => s.Value.Written.Contains($"Silo at {address},", StringComparison.Ordinal)).Key;

    /// <summary>Starts a silo, in place of one of that name that has ended, and waits until it serves.</summary>
    public Task AddAsync(string name, string roles) => AddAsync(name, roles, []);

    /// <summary>Starts a silo with more in its environment, and waits until it serves.</summary>
    public async Task AddAsync(string name, string roles, (string Name, string Value)[] environment)
    {
        KdProcess silo = Begin(name, roles, environment: environment);
        KdProcess? before;
        lock (_silos)
        {
            before = _silos.GetValueOrDefault(name);
            _silos[name] = silo;
        }

        if (before is not null)
        {
            await before.DisposeAsync();
        }

        string line = await silo.LineAsync("Silo at ");
        if (name == "gateway")
        {
            _client = new KdClient(line.Split(' ')[2].TrimEnd(','));
        }
    }

    /// <summary>Starts a silo that may refuse to. While several start on few cores a silo is silent for seconds: it is not taken for dead as soon as usual.</summary>
    public KdProcess Begin(string name, string roles, string cluster = "test", (string Name, string Value)[]? environment = null) => KdProcess.Start(
        _folder.File($"home-{name}"), environment ?? [], "silo", "--url", "http://127.0.0.1:0", "--shared", _folder.File("shared"), "--redis", Redis, "--cluster", cluster,
        "--roles", roles, "--trainers", "1", "--lanes", "1", "--scale-calm", "3", "--probe", "2");

    /// <summary>Trains a model on the cluster and deploys it.</summary>
    public async Task TeacherAsync(string name, Action<JsonObject>? change = null)
    {
        Run run = await RunAsync(TinyTask.Recipe(Data, $"teacher-{name}", change: change));
        await Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = run.Students[0].Checkpoint });
    }

    /// <summary>Looks at a teacher again and again until it is as it should be.</summary>
    public async Task<TeacherOverview> TeacherAsync(string name, Func<TeacherOverview, bool> holds)
    {
        using CancellationTokenSource deadline = Deadline.After(TimeSpan.FromSeconds(120));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            OverviewReply all = await Client.Cluster.OverviewAsync(new OverviewRequest());
            if (all.Teachers.SingleOrDefault(t => t.Name == name) is { } teacher && holds(teacher))
            {
                return teacher;
            }

            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    public Task<Run> RunAsync(string recipe) => RunAsync(recipe, 0, () => Task.CompletedTask);

    /// <summary>Starts a run, does something to the cluster when its student has made some steps, and waits for its end.</summary>
    public async Task<Run> RunAsync(string recipe, int steps, Func<Task> disturb)
    {
        using CancellationTokenSource deadline = Deadline.After(TimeSpan.FromSeconds(120));
        RunHandle handle = await Client.StartAsync(recipe, cancellationToken: deadline.Token);
        await foreach (Run run in handle.WatchAsync(deadline.Token))
        {
            if (run.Students.Any(s => s.Step >= steps))
            {
                break;
            }
        }

        await disturb();
        return await handle.ResultAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        foreach (KdProcess silo in _silos.Values)
        {
            await silo.DisposeAsync();
        }

        await _redis.DisposeAsync();
        _folder.Dispose();
    }
}
