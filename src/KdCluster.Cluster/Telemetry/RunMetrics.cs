using System.Diagnostics.Metrics;
using KdCluster.Runs;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>What runs count.</summary>
internal static class RunMetrics
{
    private static readonly Meter s_meter = new(KdTelemetry.Cluster, KdTelemetry.Version);
    private static readonly Counter<long> s_ended = s_meter.Counter(MetricCatalog.RunEnded);

    /// <summary>No run has ended yet, in any way: Prometheus sees an increase only in what it has seen before.</summary>
    public static void Begin()
    {
        foreach (RunState end in (RunState[])[RunState.Succeeded, RunState.Failed, RunState.Cancelled, RunState.Interrupted])
        {
            s_ended.Add(0, Tag(end));
        }
    }

    /// <summary>A run came to its end.</summary>
    public static void Ended(RunState state) => s_ended.Add(1, Tag(state));

    private static KeyValuePair<string, object?> Tag(RunState state) => new("state", state.ToString().ToLowerInvariant());
}
