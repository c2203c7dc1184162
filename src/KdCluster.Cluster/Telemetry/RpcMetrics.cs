using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>What served calls count.</summary>
internal static class RpcMetrics
{
    private static readonly Meter s_meter = new(KdTelemetry.Cluster, KdTelemetry.Version);
    private static readonly UpDownCounter<long> s_active = s_meter.UpDown(MetricCatalog.RpcActive);
    private static readonly Histogram<double> s_duration = s_meter.Histogram(MetricCatalog.RpcDuration);

    public static void Began(string method) => s_active.Add(1, new KeyValuePair<string, object?>("method", method));

    public static void Ended(string method, StatusCode code, TimeSpan took)
    {
        s_active.Add(-1, new KeyValuePair<string, object?>("method", method));
        s_duration.Record(took.TotalSeconds, new TagList { { "method", method }, { "code", code.ToString() } });
    }
}
