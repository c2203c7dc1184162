using KdCluster.Cluster.Hosting;
using StackExchange.Redis;

namespace KdCluster.Cli.Clusters;

/// <summary>The Redis of a cluster on this machine: the one that is named, else an installed redis-server, else Garnet in this process.</summary>
internal sealed class ClusterRedis : IAsyncDisposable
{
    /// <summary>What names Garnet where an address is expected.</summary>
    public const string Garnet = "garnet";

    private readonly IAsyncDisposable? _server;

    private ClusterRedis(string address, string what, IAsyncDisposable? server, Task? ended = null) =>
        (Address, What, _server, Ended) = (address, what, server, ended ?? Task.Delay(Timeout.InfiniteTimeSpan));

    /// <summary>For silos; may hold a password.</summary>
    public string Address { get; }

    /// <summary>What it is and what becomes of what it keeps, for people.</summary>
    public string What { get; }

    /// <summary>Ends when a server that was started here has ended by itself.</summary>
    public Task Ended { get; }

    /// <param name="named">The address that the user named, or <see cref="Garnet"/>; null: none.</param>
    /// <param name="folder">Where a server that is started here has its files.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="KdException"><c>KD1404</c>: the address is none; <c>KD1401</c>: nobody answers there; <c>KD1710</c>: the redis-server does not start.</exception>
    public static async Task<ClusterRedis> StartAsync(string? named, string folder, CancellationToken cancellationToken)
    {
        if (named is not null and not Garnet)
        {
            await TryAsync(named).ConfigureAwait(false);
            return new ClusterRedis(named, "as named; it is not started or stopped", null);
        }

        if (named == Garnet || PrivateRedis.Executable is null)
        {
            int port = FreePorts.Take(1)[0];
            GarnetRedis server = GarnetRedis.Start(port, Path.Combine(folder, Garnet), GarnetRedis.UsualMemory);
            string why = named == Garnet ? "" : " (redis-server is not installed)";
            return new ClusterRedis($"redis://127.0.0.1:{port}", $"Garnet in this process{why}, {Output.Human.Bytes(GarnetRedis.UsualMemory)} in memory, more on disk; soft targets are gone when it stops", server);
        }

        folder = Path.Combine(folder, "redis");
        Directory.CreateDirectory(folder);
        try
        {
            PrivateRedis redis = await PrivateRedis.StartAsync(folder, cancellationToken, keep: true).ConfigureAwait(false);
            return new ClusterRedis($"redis://127.0.0.1:{redis.Port}", $"redis-server of this machine; soft targets stay in {folder}", redis, redis.Ended);
        }
        catch (InvalidOperationException e)
        {
            throw new KdException("KD1710", $"{e.Message}.", folder, $"Try it by hand: redis-server --dir {folder} --appendonly yes. Or name another Redis with --redis.", e);
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    private static async Task TryAsync(string address)
    {
        ConfigurationOptions options = SoftTargets.Redis.RedisConnections.Of(address);
        options.AbortOnConnectFail = true;
        try
        {
            await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
            await connection.GetDatabase().PingAsync().ConfigureAwait(false);
        }
        catch (RedisException e)
        {
            throw new KdException("KD1401", "no Redis answers there, so silos could not find one another.", Secrets.Hide(address), "Start it, correct the address or its password, or leave out --redis: kd cluster then starts a Redis.", e);
        }
    }
}
