using System.Globalization;
using System.Net;
using KdCluster.Cli.Clusters;
using KdCluster.Client;
using KdCluster.Cluster.Hosting;
using KdCluster.V1;

namespace KdCluster.Chaos;

/// <summary>
/// A cluster of real processes on this machine: one Redis, two gateways, two teacher silos, three trainer silos, one shared folder. What dies is started again, as an
/// orchestrator would. Each silo reaches Redis, and is reached by others for soft targets, over links that can be cut.
/// </summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private static readonly (string Name, string Roles)[] s_silos =
        [
            ("gateway-1", "gateway"), ("gateway-2", "gateway"), ("teacher-1", "teacher"), ("teacher-2", "teacher"),
            ("trainer-1", "trainer"), ("trainer-2", "trainer"), ("trainer-3", "trainer"),
        ];

    private static readonly TimeSpan s_staffed = TimeSpan.FromSeconds(60);
    private readonly KdProgram _kd;
    private readonly string _folder;
    private readonly int _probe;
    private readonly int _redisPort = FreePorts.Take(1)[0];
    private readonly Dictionary<string, ChaosProcess> _processes = [];
    private readonly Dictionary<string, int> _ports = [];
    private readonly Dictionary<string, int> _siloPorts = [];
    private readonly Dictionary<string, int> _metricsPorts = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Dictionary<string, ChaosLink> _siloLinks = [];
    private readonly Dictionary<string, ChaosLink> _redisLinks = [];
    private readonly Dictionary<string, ChaosLink> _targetLinks = [];
    private readonly SemaphoreSlim _starting = new(1);

    private ChaosCluster(KdProgram kd, string folder, int probe)
    {
        (_kd, _folder, _probe) = (kd, folder, probe);
        foreach ((string name, _) in s_silos)
        {
            int[] ports = FreePorts.Take(3);
            (_ports[name], _siloPorts[name], _metricsPorts[name]) = (ports[0], ports[1], ports[2]);
            _siloLinks[name] = new ChaosLink(new IPEndPoint(IPAddress.Loopback, _siloPorts[name]));
            _redisLinks[name] = new ChaosLink(new IPEndPoint(IPAddress.Loopback, _redisPort));
            _targetLinks[name] = new ChaosLink(new IPEndPoint(IPAddress.Loopback, _ports[name]));
        }

        Client = new KdClient(new KdClientOptions { Addresses = [Advertised("gateway-1"), Advertised("gateway-2")], WatchTimeout = TimeSpan.FromMinutes(2) });
    }

    public string Data => Path.Combine(_folder, "data");

    public string Shared => Path.Combine(_folder, "shared");

    public static IReadOnlyList<string> Names { get; } = [.. s_silos.Select(s => s.Name)];

    public static IReadOnlyList<string> Trainers { get; } = [.. s_silos.Where(s => s.Roles == "trainer").Select(s => s.Name)];

    public KdClient Client { get; }

    public ChaosProcess this[string name] => _processes[name];

    /// <param name="kd">The program.</param>
    /// <param name="folder">Of all processes.</param>
    /// <param name="probe">Seconds between two probes of a silo: on a busy machine a silo is silent for seconds while others start, and would be taken for dead.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ChaosCluster> StartAsync(KdProgram kd, string folder, int probe, CancellationToken cancellationToken)
    {
        var cluster = new ChaosCluster(kd, folder, probe);
        Directory.CreateDirectory(cluster.Data);
        ChaosTask.Write(cluster.Data);
        try
        {
            await cluster.StartRedisAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(s_silos.Select(s => cluster.StartSiloAsync(s.Name, cancellationToken))).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a silo, or starts it again, and waits until it serves.</summary>
    public async Task StartSiloAsync(string name, CancellationToken cancellationToken)
    {
        string roles = s_silos.Single(s => s.Name == name).Roles;
        ChaosProcess process = ChaosProcess.Start(
            Path.Combine(_folder, $"{name}.log"), "Silo at ", _kd.File,
            [
                .. _kd.Prefix, "silo", "--verbose", "--url", Url(name), "--advertise", Advertised(name), "--silo-port", $"{_siloLinks[name].Port}", "--silo-listen", $"{_siloPorts[name]}", "--home", Path.Combine(_folder, name), "--shared", Shared,
                "--redis", $"redis://127.0.0.1:{_redisLinks[name].Port}", "--cluster", "chaos", "--probe", $"{_probe}", "--roles", roles, "--trainers", $"{ChaosTask.Students / (Trainers.Count - 1)}", "--lanes", "1", "--metrics", $"http://127.0.0.1:{_metricsPorts[name]}",
            ]);
        await ReplaceAsync(name, process).ConfigureAwait(false);
        await process.ReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A client of its own process that follows a run; kills it when it has said something.</summary>
    public async Task KillWatcherAsync(string run, CancellationToken cancellationToken)
    {
        ChaosProcess watcher = ChaosProcess.Start(
            Path.Combine(_folder, "watcher.log"), run, _kd.File, [.. _kd.Prefix, "run", "watch", run, "--silo", Advertised("gateway-2"), "--home", Path.Combine(_folder, "client")]);
        await using (watcher.ConfigureAwait(false))
        {
            await watcher.ReadyAsync(cancellationToken).ConfigureAwait(false);
            await watcher.SignalAsync("KILL").ConfigureAwait(false);
        }
    }

    /// <summary>Starts again every silo that has ended.</summary>
    public async Task HealAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_processes["redis"].Ended)
                await StartRedisAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(Names.Where(n => _processes[n].Ended).Select(n => StartSiloAsync(n, cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Starts Redis on what is in its folder.</summary>
    public async Task StartRedisAsync(CancellationToken cancellationToken)
    {
        string folder = Path.Combine(_folder, "redis");
        Directory.CreateDirectory(folder);
        ChaosProcess redis = ChaosProcess.Start(
            Path.Combine(_folder, "redis.log"), "eady to accept connections", PrivateRedis.Executable!,
            "--port", $"{_redisPort}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", folder);
        await ReplaceAsync("redis", redis).ConfigureAwait(false);
        await redis.ReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes what Redis has kept, while it is down.</summary>
    public void ForgetRedis() => Directory.Delete(Path.Combine(_folder, "redis"), recursive: true);

    /// <summary>Redis.</summary>
    public ChaosProcess Redis => _processes["redis"];

    /// <summary>What it says to Redis.</summary>
    public ChaosLink RedisLink(string silo) => _redisLinks[silo];

    /// <summary>What other silos say to it.</summary>
    public ChaosLink SiloLink(string silo) => _siloLinks[silo];

    /// <summary>What others ask of its gRPC services.</summary>
    public ChaosLink TargetLink(string silo) => _targetLinks[silo];

    /// <summary>What a silo's process holds now; null when it ended or does not answer.</summary>
    public async Task<ChaosHoldings?> HoldingsAsync(string silo, CancellationToken cancellationToken)
    {
        try
        {
            string metrics = await _http.GetStringAsync($"http://127.0.0.1:{_metricsPorts[silo]}/metrics", cancellationToken).ConfigureAwait(false);
            double grains = metrics.Split('\n').Where(l => l.StartsWith("orleans_catalog_activations{", StringComparison.Ordinal)).Sum(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture));
            return this[silo] is { Memory: > 0 } process ? new(process.Memory, process.Descriptors, grains) : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The silo that is known by an address; null when none is.</summary>
    public string? NameOf(string? address) => _targetLinks.FirstOrDefault(l => address == Advertised(l.Key)).Key;

    /// <summary>A silo that holds a teacher; null when none does.</summary>
    public async Task<string?> TeachingAsync(string teacher, CancellationToken cancellationToken) =>
        NameOf((await SilosAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(s => s.Teachers.Contains(teacher))?.Address);

    /// <summary>Waits until every teacher has its replicas again: two silos that die one after the other are two losses, not one.</summary>
    /// <returns>What is still missing after a minute; null when nothing is.</returns>
    public async Task<string?> StaffedAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (TimeSpan waited = TimeSpan.Zero; ; waited += timer.Period)
        {
            OverviewReply all = await Client.CallAsync(async () => await Client.Cluster.OverviewAsync(new OverviewRequest(), cancellationToken: cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            TeacherOverview? wanting = all.Teachers.FirstOrDefault(t => t.Places.Count(p => !p.Draining) < t.Replicas);
            if (wanting is null)
                return null;
            if (waited >= s_staffed)
                return $"teacher {wanting.Name} has {wanting.Places.Count} of {wanting.Replicas} replicas after {s_staffed.TotalSeconds:0} s";
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        foreach (ChaosProcess process in _processes.Values)
            await process.DisposeAsync().ConfigureAwait(false);
        foreach (ChaosLink link in _redisLinks.Values.Concat(_targetLinks.Values).Concat(_siloLinks.Values))
            await link.DisposeAsync().ConfigureAwait(false);
        _starting.Dispose();
        _http.Dispose();
    }

    private string Advertised(string name) => $"http://127.0.0.1:{_targetLinks[name].Port}";

    private string Url(string name) => $"http://127.0.0.1:{_ports[name]}";

    private async Task<IReadOnlyList<ClusterSilo>> SilosAsync(CancellationToken cancellationToken) =>
        (await Client.CallAsync(async () => await Client.Cluster.SilosAsync(new SilosRequest(), cancellationToken: cancellationToken).ConfigureAwait(false)).ConfigureAwait(false)).Silos;

    private async Task ReplaceAsync(string name, ChaosProcess process)
    {
        ChaosProcess? before;
        lock (_processes)
        {
            _processes.TryGetValue(name, out before);
            _processes[name] = process;
        }

        if (before is not null)
            await before.DisposeAsync().ConfigureAwait(false);
    }
}
