using System.Diagnostics.Metrics;
using KdCluster.Runs;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>What runs count.</summary>
internal static class RunMetrics
{
    private static readonly Meter s_meter = new(KdTelemetry.Cluster, KdTelemetry.Version);
    private static readonly Counter<long> s_ended = s_meter.Counter(MetricCatalog.RunEnded);

    /// <summary>A run came to its end.</summary>
    public static void Ended(RunState state) => s_ended.Add(1, new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()));
}
