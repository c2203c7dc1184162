using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Reads the messages of a streaming response; what is not read stays with the sender, by HTTP/2 flow control.</summary>
internal sealed class ResponseStream<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private int _reading;

    public TResponse Current { get; private set; } = null!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        call.ThrowIfDisposed();
        if (Interlocked.Exchange(ref _reading, 1) == 1)
        {
            throw new InvalidOperationException("Can't read the next message because the previous read is still in progress.");
        }

        try
        {
            using var registration = cancellationToken.UnsafeRegister(static state => ((GrpcCall<TRequest, TResponse>)state!).CancelByClient(), call);
            var message = await call.ReadNextAsync().ConfigureAwait(false);
            Current = message!;
            return message is not null;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }
}
