using System.Diagnostics;
using KdCluster.Cluster.Runs;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>The spans of a silo that no package makes: served calls are ASP.NET Core's, grain calls Orleans'. Without a listener each is null and costs a comparison.</summary>
internal static class Spans
{
    private static readonly ActivitySource s_source = new(KdTelemetry.Cluster, KdTelemetry.Version);

    /// <summary>One request of a stream, as a child of the asker's span that it names.</summary>
    public static Activity? Answer(string teacher, int rows, string traceParent) => s_source.HasListeners()
        ? s_source.StartActivity("teacher.answer", ActivityKind.Server, Parent(traceParent))?.SetTag("kdcluster.teacher", teacher).SetTag("kdcluster.rows", rows)
        : null;

    /// <summary>A student is trained and tested, as a child of the call that started its run where that is known.</summary>
    public static Activity? Student(StudentKey key, ActivityContext parent) =>
        s_source.StartActivity("student.train", ActivityKind.Internal, parent)?.SetTag("kdcluster.run", key.Run).SetTag("kdcluster.student", key.Student);

    /// <summary>Rows wait for batches and are computed.</summary>
    public static Activity? Compute(string teacher, int rows) =>
        s_source.StartActivity("teacher.compute")?.SetTag("kdcluster.teacher", teacher).SetTag("kdcluster.rows", rows);

    /// <summary>The silo's store is asked.</summary>
    public static Activity? StoreGet(string store, int rows) =>
        s_source.StartActivity("store.get", ActivityKind.Client)?.SetTag("kdcluster.store", store).SetTag("kdcluster.rows", rows);

    /// <summary>The silo's store is written.</summary>
    public static Activity? StorePut(string store, int rows) =>
        s_source.StartActivity("store.put", ActivityKind.Client)?.SetTag("kdcluster.store", store).SetTag("kdcluster.rows", rows);

    /// <summary>The span to name in a request, for its receiver's spans to be children of; empty when nobody records.</summary>
    public static string Current => Activity.Current is { Recorded: true, Id: { } id } ? id : "";

    private static ActivityContext Parent(string traceParent) =>
        traceParent.Length > 0 && ActivityContext.TryParse(traceParent, null, isRemote: true, out ActivityContext parent) ? parent : Activity.Current?.Context ?? default;
}
