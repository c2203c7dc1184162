using Grpc.Core;

namespace KdCluster.Client.Connections;

/// <summary>A stream from a silo: until its first message it goes from silo to silo; broken after that, it fails, and the silo is left.</summary>
internal sealed class StreamAttempts<TRequest, TResponse>(
    Attempts attempts, Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private AsyncServerStreamingCall<TResponse> _call = attempts.Silo.Invoker.AsyncServerStreamingCall(method, host, options, request);
    private bool _begun;
    private volatile bool _disposed;

    public TResponse Current => _call.ResponseStream.Current;

    public AsyncServerStreamingCall<TResponse> Start() => new(this, _call.ResponseHeadersAsync, () => _call.GetStatus(), () => _call.GetTrailers(), Dispose);

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                bool more = await _call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false);
                _begun = true;
                return more;
            }
            catch (RpcException e)
            {
                if (!await attempts.AgainAsync(e).ConfigureAwait(false) || _begun || _disposed)
                {
                    throw;
                }

                _call.Dispose();
                _call = attempts.Silo.Invoker.AsyncServerStreamingCall(method, host, options, request);
            }
        }
    }

    private void Dispose()
    {
        _disposed = true;
        _call.Dispose();
    }
}
