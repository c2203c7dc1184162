using System.Diagnostics;
using Grpc.Core;
using KdCluster.Telemetry;

namespace KdCluster.Client.Connections;

/// <summary>
/// The spans of calls, and the trace context in their headers. HTTP hands a context on by itself, but that of a span of its own, which nobody sees who listens to KdCluster
/// alone: so the caller's is named here.
/// </summary>
internal static class ClientSpans
{
    private static readonly ActivitySource s_source = new(KdTelemetry.Client, KdTelemetry.Version);

    /// <summary>A call begins; null when nobody listens.</summary>
    public static Activity? Start(string method)
    {
        Activity? outer = Activity.Current;
        Activity? span = s_source.StartActivity(method.TrimStart('/'), ActivityKind.Client)?.SetTag("rpc.system", "grpc");
        Activity.Current = outer;   // it lasts as long as the call, not as this method
        return span;
    }

    /// <summary>Adds the context of a call's span, or of the span around it, to its headers.</summary>
    public static Metadata? Named(Metadata? headers, Activity? span)
    {
        Activity? named = span ?? Activity.Current;
        if (named is not { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            return headers;
        }

        Metadata mine = [.. headers ?? [], new Metadata.Entry("traceparent", id)];
        if (named.TraceStateString is { Length: > 0 } state)
        {
            mine.Add("tracestate", state);
        }

        return mine;
    }

    /// <summary>The answer, with the end of its span.</summary>
    public static async Task<T> EndAsync<T>(Task<T> answer, Activity span)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            span.SetTag("rpc.grpc.status_code", (int)e.StatusCode).SetStatus(ActivityStatusCode.Error, e.StatusCode.ToString());
            throw;
        }
        finally
        {
            span.Dispose();
        }
    }
}
