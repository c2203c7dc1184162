using System.Globalization;
using KdCluster.Cluster.Storage;
using KdCluster.SoftTargets.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace KdCluster.Cluster.Silos;

/// <summary>
/// What the silos of one cluster must agree on, kept in Redis by the first of them: the cluster's name and the version of what silos say to one another.
/// Checked before a silo joins, so that one that does not belong stops instead of confusing those that do.
/// </summary>
internal sealed class ClusterCharter(KdClusterOptions options, TimeProvider time, ILogger log)
{
    /// <summary>Grows when silos before and after a change could not work in one cluster.</summary>
    public const int Protocol = 1;

    private const string Key = "kdcluster:charter";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    /// <summary>Waits for Redis, so that the order in which things are started does not matter, then agrees or refuses.</summary>
    /// <exception cref="KdException"><c>KD1608</c>: Redis did not answer for two minutes; <c>KD1609</c>: it belongs to another cluster, or to silos of another version.</exception>
    public async Task AgreeAsync(CancellationToken cancellationToken)
    {
        string shown = Secrets.Hide(options.Redis!);
        long since = time.GetTimestamp();
        while (true)
        {
            try
            {
                ConfigurationOptions configuration = RedisConnections.Of(options.Redis!);
                configuration.AbortOnConnectFail = true;
                await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(configuration);
                Compare(await OfferAsync(redis.GetDatabase()), shown);
                return;
            }
            catch (Exception e) when (e is RedisException or RedisTimeoutException or TimeoutException)
            {
                if (time.GetElapsedTime(since) > s_patience)
                {
                    throw new KdException("KD1608", $"Redis does not answer: {e.Message}", shown, "Start it, or correct redis.", e);
                }

                log.WaitingForRedis(e.Message);
                await Task.Delay(s_retry, time, cancellationToken);
            }
        }
    }

    private async Task<(string Cluster, string Protocol)> OfferAsync(IDatabase database)
    {
        string own = $"{options.Cluster} {Protocol.ToString(CultureInfo.InvariantCulture)}";
        await database.StringSetAsync(Key, own, when: When.NotExists);
        string[] kept = ((string?)await database.StringGetAsync(Key) ?? own).Split(' ');
        return (kept[0], kept[^1]);
    }

    private void Compare((string Cluster, string Protocol) kept, string shown)
    {
        if (kept.Cluster != options.Cluster)
        {
            throw new KdException(
                "KD1609", $"this silo is of cluster '{options.Cluster}', this Redis serves cluster '{kept.Cluster}'.", shown,
                "Give the same cluster, or a Redis (or a number of its databases, redis://host:port/1) of its own.");
        }

        if (kept.Protocol != Protocol.ToString(CultureInfo.InvariantCulture))
        {
            throw new KdException(
                "KD1609", $"this silo speaks version {Protocol} to other silos, the cluster speaks {kept.Protocol}.", shown,
                $"Run the same release everywhere. When all silos of the older one are stopped, delete the key {Key} in this Redis.");
        }
    }
}
