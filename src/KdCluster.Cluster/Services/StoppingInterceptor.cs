using Grpc.Core;
using Grpc.Core.Interceptors;
using KdCluster.Cluster.Silos;

namespace KdCluster.Cluster.Services;

/// <summary>
/// Lets a silo that has taken its leave end its streams: what a caller has asked is still answered, and no more is read. Without this a stream that a trainer keeps
/// open holds the silo until the host's patience is over.
/// </summary>
internal sealed class StoppingInterceptor(SiloDrain drain) : Interceptor
{
    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(new Reader<TRequest>(requestStream, drain.Gone), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(new Reader<TRequest>(requestStream, drain.Gone), responseStream, context);

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
