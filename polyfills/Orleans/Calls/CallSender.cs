using Orleans.Activations;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>The caller's side of a call: filters, copies, the clock, and off to the activation.</summary>
internal sealed class CallSender(Silo silo)
{
    public Task<T> Send<T>(GrainMethod<T> method, GrainReference target, object?[] arguments)
    {
        var caller = RuntimeContext.Current;
        var grainFilter = caller?.GrainInstance as IOutgoingGrainCallFilter;
        return method.Internal || (silo.OutgoingFilters.Length == 0 && grainFilter is null)
            ? SendNow(method, target, arguments)
            : new OutgoingCall<T>(this, caller, grainFilter is null ? silo.OutgoingFilters : [.. silo.OutgoingFilters, grainFilter], method, target, arguments).SendAsync();
    }

    public Task<T> SendNow<T>(GrainMethod<T> method, GrainReference target, object?[] arguments)
    {
        var token = method.CancellationIndex >= 0 ? (CancellationToken)arguments[method.CancellationIndex]! : default;
        if (token.IsCancellationRequested)
            return Task.FromCanceled<T>(token);
        RequestCall<T> call;
        try
        {
            var timeout = method.ResponseTimeout ?? silo.ResponseTimeout;
            call = new RequestCall<T>(method, target.GrainId, RuntimeContext.Current?.GrainId, method.CopyArguments(arguments), RequestContext.Export())
            {
                AlwaysInterleave = method.AlwaysInterleave,
                ReadOnly = method.ReadOnly,
                Timeout = timeout,
                Deadline = timeout == Timeout.InfiniteTimeSpan || method.OneWay ? long.MaxValue : silo.TimestampIn(timeout),
            };
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
        if (token.CanBeCanceled)
            call.ObserveCancellation(token);
        silo.Catalog.Deliver(target.GrainId, call);
        return method.OneWay ? Task.FromResult<T>(default!) : call.Answer;
    }
}
