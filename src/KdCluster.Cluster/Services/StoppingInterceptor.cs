using Grpc.Core;
using Grpc.Core.Interceptors;
using KdCluster.Cluster.Silos;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace KdCluster.Cluster.Services;

/// <summary>
/// Lets a silo that has taken its leave end its streams: what a caller has asked is still answered, and no more is read. Without this a stream that a trainer keeps
/// open holds the silo until the host's patience is over. A call that is still there after a while is cut off: a caller that reads nothing, or waits for a long
/// queue, would hold it as well, and what the silo has to do after its last call, checkpoints above all, comes out of the same patience.
/// </summary>
internal sealed class StoppingInterceptor : Interceptor, IDisposable
{
    /// <summary>How long calls may continue after the silo has taken its leave.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly SiloDrain _drain;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _begin;

    public StoppingInterceptor(SiloDrain drain, TimeProvider time)
    {
        _drain = drain;
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _begin = drain.Gone.Register(() => _over.CancelAfter(Grace));
    }

    public void Dispose()
    {
        _begin.Dispose();
        _over.Dispose();
    }

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        BoundedAsync(context, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        BoundedAsync(context, () => Then(continuation(request, responseStream, context)));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        BoundedAsync(context, () => continuation(new Reader<TRequest>(requestStream, _drain.Gone), context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        BoundedAsync(context, () => Then(continuation(new Reader<TRequest>(requestStream, _drain.Gone), responseStream, context)));

    private static async Task<bool> Then(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> BoundedAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        using CancellationTokenRegistration cut = _over.Token.UnsafeRegister(static http => Cut((HttpContext)http!), context.GetHttpContext());
        return await call();
    }

    /// <summary>Ends the connection and not the call alone: the server waits for a connection whose caller reads nothing even after its calls are over.</summary>
    private static void Cut(HttpContext http)
    {
        http.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        http.Abort();
    }

    /// <summary>Says that the stream is at its end when the silo stops.</summary>
    private sealed class Reader<T>(IAsyncStreamReader<T> inner, CancellationToken stopping) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (stopping.IsCancellationRequested)
            {
                return false;
            }

            // The read itself is not cancelled, which would reset the stream; the end of the call ends it.
            Task<bool> next = inner.MoveNext(cancellationToken);
            TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration = stopping.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), stop);
            if (await Task.WhenAny(next, stop.Task) == next)
            {
                return await next;
            }

            _ = next.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return false;
        }
    }
}
