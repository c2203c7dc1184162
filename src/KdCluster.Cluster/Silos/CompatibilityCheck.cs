using System.Globalization;
using KdCluster.Cluster.Retries;
using KdCluster.SoftTargets.Redis;
using Microsoft.Extensions.Logging;
using Polly.Retry;
using StackExchange.Redis;

namespace KdCluster.Cluster.Silos;

/// <summary>
/// What the silos of one cluster must agree on, kept in Redis by the first of them: the cluster's name, and the version of what silos say to one another.
/// Checked before a silo joins, so that one that does not belong stops instead of confusing those that do. The entry also bears a number drawn when it was made:
/// a Redis that lost its data has another one, or none, and that is how silos tell that it did.
/// </summary>
internal sealed class CompatibilityCheck(KdClusterOptions options, TimeProvider time, ILogger<CompatibilityCheck> log) : IAsyncDisposable
{
    /// <summary>Grows when silos before and after a change could not work in one cluster.</summary>
    public const int Protocol = 3;

    private const string Key = "kdcluster:charter";
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private ConnectionMultiplexer? _redis;
    private string _incarnation = "";

    private string Shown => Secrets.Hide(options.Redis!);

    /// <summary>Waits for Redis, so that the order in which things are started does not matter, then agrees or refuses.</summary>
    /// <exception cref="KdException"><c>KD1608</c>: Redis did not answer for two minutes; <c>KD1609</c>: it belongs to another cluster, or to silos of another version.</exception>
    public async Task AgreeAsync(CancellationToken cancellationToken)
    {
        _redis = await ConnectionMultiplexer.ConnectAsync(RedisConnections.Of(options.Redis!));
        string[] kept;
        try
        {
            kept = await TimedRetry.CallAsync(OfferAsync, IsSilence, s_most, new() { Delay = s_pause, OnRetry = TellAsync }, time, cancellationToken);
        }
        catch (Exception e) when (IsSilence(e))
        {
            throw new KdException("KD1608", $"Redis does not answer: {e.Message}", Shown, "Start it, or correct redis.", e);
        }

        Compare(kept, options.Cluster, Shown);
        _incarnation = kept[^1];

        ValueTask TellAsync(OnRetryArguments<object> failed)
        {
            log.WaitingForRedis(failed.Outcome.Exception!.Message);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Null as long as Redis has what it had when this silo joined; else the number of the entry made since. Makes that entry where there is none.</summary>
    public async Task<string?> LostAsync()
    {
        string[] kept = await OfferAsync();
        return kept[^1] == _incarnation ? null : kept[^1];
    }

    /// <summary>This silo has joined what came after the loss.</summary>
    public void Follow(string incarnation) => _incarnation = incarnation;

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    private static bool IsSilence(Exception e) => e is RedisException or TimeoutException;

    private async Task<string[]> OfferAsync()
    {
        IDatabase database = _redis!.GetDatabase();
        if ((string?)await database.StringGetAsync(Key) is { } there)
        {
            return there.Split(' ');
        }

        string own = string.Create(CultureInfo.InvariantCulture, $"{options.Cluster} {Protocol} {Guid.NewGuid():n}");
        await database.StringSetAsync(Key, own, when: When.NotExists);
        return ((string?)await database.StringGetAsync(Key) ?? own).Split(' ');
    }

    /// <summary>Whether this silo may join those who wrote the entry.</summary>
    /// <exception cref="KdException"><c>KD1609</c>: no.</exception>
    internal static void Compare(string[] kept, string cluster, string shown)
    {
        if (kept.Length != 3 || !Guid.TryParseExact(kept[2], "n", out _))
        {
            throw new KdException("KD1609", $"the key {Key} in this Redis is not the entry of a cluster.", shown, $"Is this Redis used by something else? If the key was damaged, stop all silos and delete it.");
        }

        if (kept[0] != cluster)
        {
            throw new KdException(
                "KD1609", $"this silo is of cluster '{cluster}', this Redis serves cluster '{kept[0]}'.", shown,
                "Give the same cluster, or use another Redis or another of its databases (redis://host:port/1).");
        }

        if (kept[1] != Protocol.ToString(CultureInfo.InvariantCulture))
        {
            throw new KdException(
                "KD1609", $"this silo speaks version {Protocol} to other silos, the cluster speaks {kept[1]}.", shown,
                $"Run the same release everywhere. When all silos of the older one are stopped, delete the key {Key} in this Redis.");
        }
    }
}
