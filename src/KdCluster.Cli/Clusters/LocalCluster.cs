using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.Cluster.Hosting;

namespace KdCluster.Cli.Clusters;

/// <summary>
/// A whole cluster on this machine: silos of all roles as processes, and a Redis in which they meet. The gateway has the home itself, so that commands with the same
/// home find it; the other silos have folders below it, and all share the home's runs and states.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private const int UsualPort = 5200;

    // What the cluster decides for each silo, or what two silos on one machine cannot share.
    private static readonly string[] s_own = ["KD_URL", "KD_ADVERTISE", "KD_SILO_PORT", "KD_SILO_LISTEN", "KD_SILO_HOST", "KD_METRICS", "KD_DASHBOARD", "KD_ROLES", "KD_CLUSTER", "KD_SHARED", "KD_SILO"];
    private readonly HomeLock _lock;
    private readonly ClusterRedis _redis;

    private LocalCluster(HomeLock held, ClusterRedis redis, IReadOnlyList<SiloProcess> silos) => (_lock, _redis, Silos) = (held, redis, silos);

    /// <summary>The gateway first, then teachers, then trainers.</summary>
    public IReadOnlyList<SiloProcess> Silos { get; }

    public ClusterRedis Redis => _redis;

    /// <summary>Starts everything and waits until all silos serve.</summary>
    /// <param name="invocation">The command, whose device, settings and terminal are the silos' too.</param>
    /// <param name="redis">As <see cref="ClusterRedis.StartAsync"/> takes it.</param>
    /// <param name="teachers">Silos that hold teachers.</param>
    /// <param name="trainers">Silos that train students.</param>
    /// <param name="cancellationToken">Gives up starting; nothing is left then.</param>
    /// <exception cref="KdException"><c>KD1602</c>: the home has a silo or a cluster already; <c>KD1710</c>: a process ended before it was ready; and those of the Redis.</exception>
    public static async Task<LocalCluster> StartAsync(Invocation invocation, string? redis, int teachers, int trainers, CancellationToken cancellationToken)
    {
        string home = KdHome.Of(invocation).Folder, folder = Path.Combine(home, "cluster");
        await HomeLock.Take(home).DisposeAsync().ConfigureAwait(false);
        HomeLock held = HomeLock.Take(folder);
        try
        {
            ClusterRedis server = await ClusterRedis.StartAsync(redis, folder, cancellationToken).ConfigureAwait(false);
            var cluster = new LocalCluster(held, server, [.. Plan(invocation, home, server.Address, teachers, trainers)]);
            try
            {
                foreach (SiloProcess silo in cluster.Silos)
                    silo.Start();
                await WhenAllOrFirstFault([.. cluster.Silos.Select(s => s.Ready)]).WaitAsync(cancellationToken).ConfigureAwait(false);
                held.Publish(await cluster.Silos[0].Ready.ConfigureAwait(false));
                return cluster;
            }
            catch
            {
                await cluster.EndAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until it is to stop.</summary>
    /// <exception cref="KdException"><c>KD1710</c>: its Redis ended.</exception>
    public async Task WaitAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource();
        using CancellationTokenRegistration registration = stop.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(_redis.Ended, stopped.Task).ConfigureAwait(false) == _redis.Ended && !stop.IsCancellationRequested)
            throw new KdException("KD1710", "the cluster's redis-server ended, so the cluster stops.", Secrets.Hide(_redis.Address), "Start the cluster again. The system's log has the reason, such as a lack of memory.");
    }

    /// <summary>Stops in the order in which nobody waits for another: trainers keep their checkpoints, teachers leave, then the gateway and Redis. A signal meanwhile ends all at once.</summary>
    public async ValueTask DisposeAsync()
    {
        using (PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Kill()))
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Kill()))
        {
            foreach (IGrouping<string, SiloProcess> some in Silos.Reverse().GroupBy(s => s.Name.Split('-')[0]))
                await Task.WhenAll(some.Select(s => s.StopAsync())).ConfigureAwait(false);
        }

        await EndAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private void Kill()
    {
        foreach (SiloProcess silo in Silos)
            silo.Kill();
    }

    private async Task EndAsync()
    {
        Kill();
        foreach (SiloProcess silo in Silos)
            await silo.DisposeAsync().ConfigureAwait(false);
        await _redis.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task WhenAllOrFirstFault(List<Task<string>> tasks)
    {
        while (tasks.Count > 0)
        {
            Task<string> done = await Task.WhenAny(tasks).ConfigureAwait(false);
            await done.ConfigureAwait(false);
            tasks.Remove(done);
        }
    }

    private static IEnumerable<SiloProcess> Plan(Invocation invocation, string home, string redis, int teachers, int trainers)
    {
        (string Name, string Role)[] silos = [("gateway", "gateway"), .. Enumerable.Range(1, teachers).Select(i => ($"teacher-{i}", "teacher")), .. Enumerable.Range(1, trainers).Select(i => ($"trainer-{i}", "trainer"))];
        int[] ports = FreePorts.Take(2 * silos.Length);
        if (FreePorts.IsFree(UsualPort))
            ports[0] = UsualPort;
        // Silos that meet in the same Redis for another home are another cluster.
        string cluster = "local-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home)))[..8];
        for (int i = 0; i < silos.Length; i++)
        {
            string folder = Path.Combine(home, "cluster", silos[i].Name);
            ProcessStartInfo start = new(
                OwnProgram.File,
                [
                    .. OwnProgram.Prefix,
                    "silo", ParentWatch.Option.Name, "--url", $"http://127.0.0.1:{ports[2 * i]}", "--silo-port", $"{ports[(2 * i) + 1]}", "--cluster", cluster, "--roles", silos[i].Role,
                    "--home", i == 0 ? home : folder, "--shared", home,
                    .. Shares(silos[i].Role, teachers, trainers),
                    .. invocation.Value(CommonOptions.Device) is { } device ? ["--device", device] : Array.Empty<string>(),
                    .. invocation.Has(CommonOptions.Verbose) ? ["--verbose"] : Array.Empty<string>(),
                ])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (string name in s_own)
                start.Environment.Remove(name);
            // Not on the command line, which other users of the machine see: it may hold a password.
            start.Environment["KD_REDIS"] = start.Environment["KD_STORE"] = redis;
            start.Environment.TryAdd("KD_PROBE", "3");
            yield return new SiloProcess(silos[i].Name, start, $"{folder}.log", invocation.Terminal, invocation.Context.Time);
        }
    }

    /// <summary>The machine's cores are divided among the silos of a role, unless the environment says otherwise.</summary>
    private static string[] Shares(string role, int teachers, int trainers) => role switch
    {
        "teacher" when Environment.GetEnvironmentVariable("KD_LANES") is null => ["--lanes", $"{Math.Max(1, Environment.ProcessorCount / teachers)}"],
        "trainer" when Environment.GetEnvironmentVariable("KD_TRAINERS") is null => ["--trainers", $"{Math.Max(1, Environment.ProcessorCount / trainers)}"],
        _ => [],
    };
}
