using Orleans.Activations;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>One call of a grain's method, from the caller's send to its answer.</summary>
internal sealed class RequestCall<T>(GrainMethod<T> method, GrainId target, GrainId? source, object?[] arguments, RequestContextData? context) : Call
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _callerCancellation;
    private volatile Activation? _runsOn;

    public Task<T> Answer => _answer.Task;

    public TimeSpan Timeout { get; init; }

    public override bool Abandoned => !method.OneWay && _answer.Task.IsCompleted;

    public override RequestContextData? Context => context;

    /// <summary>The callee gets a token of its own: it is cancelled in a turn of the callee, never on the caller's thread.</summary>
    public void ObserveCancellation(CancellationToken token)
    {
        _cancellation = new CancellationTokenSource();
        arguments[method.CancellationIndex] = _cancellation.Token;
        _callerCancellation = token.UnsafeRegister(static (state, token) => ((RequestCall<T>)state!).CancelledByCaller(token), this);
    }

    public override async Task RunAsync(Activation activation)
    {
        T result = default!;
        Exception? failure = null;
        _runsOn = activation;
        // The write above must be seen by a canceller that completes the answer after the check below.
        Interlocked.MemoryBarrier();
        if (!Abandoned)
        {
            try
            {
                RequestContext.Import(context);
                result = !method.Internal && activation.Filters is { Length: > 0 } filters
                    ? await new IncomingCall<T>(activation, method, source, arguments, filters).RunAsync()
                    : await method.Invoke(activation.GrainInstance!, arguments);
                result = method.CopyResult(result);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }
        activation.Finished(this, failure);
        _callerCancellation.Unregister();
        if (failure is null)
            _answer.TrySetResult(result);
        else
            Fail(failure);
    }

    public override void Fail(Exception exception)
    {
        _callerCancellation.Unregister();
        if (exception is OperationCanceledException)
            _answer.TrySetFromTask(Cancelled(exception));
        else
            _answer.TrySetException(exception);
        // Whoever does not look at the answer is not told again by the finalizer.
        _ = _answer.Task.Exception;
    }

    public override void TimeOut() =>
        Fail(new TimeoutException($"Response did not arrive on time in {Timeout} for message: {method.InterfaceName}.{method.Method.Name} to {target}{(source is { } from ? $" from {from}" : "")}."));

    private void CancelledByCaller(CancellationToken token)
    {
        if (!_answer.TrySetCanceled(token))
            return;
        Interlocked.MemoryBarrier();
        var cancellation = _cancellation!;
        _runsOn?.Schedule(() => cancellation.Cancel());
    }

    /// <summary>A cancelled task that keeps the exception and where it was thrown.</summary>
    private static async Task<T> Cancelled(Exception exception)
    {
        await Task.CompletedTask;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        return default!;
    }
}
