using System.Diagnostics.Metrics;
using KdCluster.Telemetry;

namespace KdCluster.SoftTargets;

/// <summary>What stores count, by their kind: <c>local</c>, <c>redis</c> or <c>none</c>.</summary>
internal sealed class StoreMetrics(string store)
{
    private static readonly Meter s_meter = new(KdTelemetry.SoftTargets, KdTelemetry.Version);
    private static readonly Counter<long> s_hits = s_meter.Counter(MetricCatalog.StoreHits);
    private static readonly Counter<long> s_misses = s_meter.Counter(MetricCatalog.StoreMisses);
    private static readonly Counter<long> s_damaged = s_meter.Counter(MetricCatalog.StoreDamaged);
    private static readonly Counter<long> s_dropped = s_meter.Counter(MetricCatalog.StoreDropped);
    private static readonly Counter<long> s_outages = s_meter.Counter(MetricCatalog.StoreOutages);
    private static readonly Histogram<double> s_get = s_meter.Histogram(MetricCatalog.StoreGetDuration);
    private static readonly Counter<long> s_transferred = s_meter.Counter(MetricCatalog.Transferred);

    private readonly KeyValuePair<string, object?> _tag = new("store", store);

    /// <summary>Nothing has gone wrong with a store of this address yet: Prometheus sees an increase only in what it has seen before.</summary>
    public static void Begin(string address)
    {
        StoreMetrics none = new(address.StartsWith("redis", StringComparison.Ordinal) ? "redis" : address);
        none.Damaged(0);
        none.Dropped(0);
        s_outages.Add(0, none._tag);
    }

    public void Asked(int rows, int found)
    {
        s_hits.Add(found, _tag);
        s_misses.Add(rows - found, _tag);
    }

    public void Damaged(long rows) => s_damaged.Add(rows, _tag);

    public void Dropped(long rows) => s_dropped.Add(rows, _tag);

    public void Outage() => s_outages.Add(1, _tag);

    /// <summary>A run's fetch asked its store.</summary>
    public static void Got(TimeSpan took) => s_get.Record(took.TotalSeconds);

    /// <summary>A run's fetch is complete.</summary>
    public static void Transferred(long storeBytes, long teacherBytes)
    {
        s_transferred.Add(storeBytes, new KeyValuePair<string, object?>("source", "store"));
        s_transferred.Add(teacherBytes, new KeyValuePair<string, object?>("source", "teacher"));
    }
}
