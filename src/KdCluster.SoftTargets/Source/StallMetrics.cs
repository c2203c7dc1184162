using System.Diagnostics.Metrics;
using KdCluster.Telemetry;

namespace KdCluster.SoftTargets.Source;

/// <summary>How long students wait.</summary>
internal static class StallMetrics
{
    private static readonly Meter s_meter = new(KdTelemetry.SoftTargets, KdTelemetry.Version);
    private static readonly Counter<double> s_stall = s_meter.Amount(MetricCatalog.StudentStall);

    public static void Stalled(TimeSpan time) => s_stall.Add(time.TotalSeconds);
}
