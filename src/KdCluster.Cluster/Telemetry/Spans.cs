using System.Diagnostics;
using Grpc.Core;
using KdCluster.Cluster.Runs;
using KdCluster.Telemetry;

namespace KdCluster.Cluster.Telemetry;

/// <summary>The spans of a silo. Without a listener each is null and costs a comparison.</summary>
internal static class Spans
{
    private static readonly ActivitySource s_source = new(KdTelemetry.Cluster, KdTelemetry.Version);

    /// <summary>A served call, as a child of what its headers name (W3C trace context).</summary>
    public static Activity? Served(string method, Metadata headers)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        int slash = method.IndexOf('/', StringComparison.Ordinal);
        return s_source.StartActivity(method, ActivityKind.Server, Parent(headers.GetValue("traceparent"), headers.GetValue("tracestate")))?
            .SetTag("rpc.system", "grpc").SetTag("rpc.service", method[..Math.Max(slash, 0)]).SetTag("rpc.method", method[(slash + 1)..]);
    }

    /// <summary>One request of a stream, as a child of the asker's span that it names.</summary>
    public static Activity? Answer(string teacher, int rows, string traceParent) => s_source.HasListeners()
        ? s_source.StartActivity("teacher.answer", ActivityKind.Server, Parent(traceParent, null))?.SetTag("kdcluster.teacher", teacher).SetTag("kdcluster.rows", rows)
        : null;

    /// <summary>A call of a grain.</summary>
    public static Activity? Grain(string type, string method, string parent) => s_source.HasListeners()
        ? s_source.StartActivity($"{type[(type.LastIndexOf('.') + 1)..]}/{method}", ActivityKind.Server, Parent(parent, null))?.SetTag("rpc.system", "orleans")
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

    private static ActivityContext Parent(string? traceParent, string? traceState) =>
        traceParent is { Length: > 0 } && ActivityContext.TryParse(traceParent, traceState, isRemote: true, out ActivityContext parent) ? parent : Activity.Current?.Context ?? default;
}
