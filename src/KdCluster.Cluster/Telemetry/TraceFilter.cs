using System.Diagnostics;
using Orleans.Runtime;

namespace KdCluster.Cluster.Telemetry;

/// <summary>Carries the span of a caller to the grain that it calls, in whatever silo that is. Calls that are not traced pass as they are.</summary>
internal sealed class TraceFilter : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private const string Key = "kd.traceparent";

    public Task Invoke(IOutgoingGrainCallContext context) => Spans.Current is { Length: > 0 } current ? NamedAsync(context, current) : context.Invoke();

    public Task Invoke(IIncomingGrainCallContext context) => RequestContext.Get(Key) is string parent ? TracedAsync(context, parent) : context.Invoke();

    // Asynchronous, so that the entry ends with this call and is not the caller's.
    private static async Task NamedAsync(IOutgoingGrainCallContext context, string current)
    {
        RequestContext.Set(Key, current);
        await context.Invoke();
    }

    private static async Task TracedAsync(IIncomingGrainCallContext context, string parent)
    {
        using Activity? span = Spans.Grain(context.InterfaceName, context.MethodName, parent);
        await context.Invoke();
    }
}
