using Grpc.Core;

namespace KdCluster.Client.Connections;

/// <summary>A unary call that goes from silo to silo until one answers.</summary>
internal sealed class UnaryAttempts<TRequest, TResponse>(
    Attempts attempts, Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    where TRequest : class
    where TResponse : class
{
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile AsyncUnaryCall<TResponse>? _call;
    private volatile bool _disposed;

    public AsyncUnaryCall<TResponse> Start() => new(RunAsync(), _headers.Task, () => Last.GetStatus(), () => Last.GetTrailers(), Dispose);

    private AsyncUnaryCall<TResponse> Last => _call ?? throw new InvalidOperationException("the call has not begun.");

    private async Task<TResponse> RunAsync()
    {
        while (true)
        {
            AsyncUnaryCall<TResponse> call = attempts.Silo.Invoker.AsyncUnaryCall(method, host, options, request);
            _call = call;
            try
            {
                TResponse response = await call.ResponseAsync.ConfigureAwait(false);
                _headers.TrySetResult(await call.ResponseHeadersAsync.ConfigureAwait(false));
                return response;
            }
            catch (RpcException e)
            {
                if (!await attempts.AgainAsync(e).ConfigureAwait(false) || _disposed)
                {
                    _headers.TrySetException(e);
                    _ = _headers.Task.Exception;   // Most callers never ask for headers.
                    throw;
                }

                call.Dispose();
            }
        }
    }

    private void Dispose()
    {
        _disposed = true;
        _call?.Dispose();
    }
}
