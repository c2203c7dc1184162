using System.Diagnostics;
using KdCluster.Telemetry;

namespace KdCluster.SoftTargets.Source;

/// <summary>The spans of fetching. Without a listener each is null and costs a comparison.</summary>
internal static class SoftTargetSpans
{
    private static readonly ActivitySource s_source = new(KdTelemetry.SoftTargets, KdTelemetry.Version);

    /// <summary>Rows of one teacher, from the store and from the teacher.</summary>
    public static Activity? Fetch(string teacher, int rows) =>
        s_source.StartActivity("soft_targets.fetch")?.SetTag("kdcluster.teacher", teacher).SetTag("kdcluster.rows", rows);

    /// <summary>The store is asked.</summary>
    public static Activity? StoreGet(string store, int rows) =>
        s_source.StartActivity("store.get", ActivityKind.Client)?.SetTag("kdcluster.store", store).SetTag("kdcluster.rows", rows);

    /// <summary>The store is written.</summary>
    public static Activity? StorePut(string store, int rows) =>
        s_source.StartActivity("store.put", ActivityKind.Client)?.SetTag("kdcluster.store", store).SetTag("kdcluster.rows", rows);

    /// <summary>The teacher is asked; what it does elsewhere are children of this.</summary>
    public static Activity? Ask(string teacher, int rows) =>
        s_source.StartActivity("teacher.ask", ActivityKind.Client)?.SetTag("kdcluster.teacher", teacher).SetTag("kdcluster.rows", rows);
}
