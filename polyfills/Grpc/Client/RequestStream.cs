using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>Writes the messages of a streaming request; a write completes when HTTP/2 flow control has taken it.</summary>
internal sealed class RequestStream<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _gate = new();
    private bool _writing;
    private bool _completed;

    public OpenContent Content { get; } = new();

    public WriteOptions? WriteOptions { get; set; } = call.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        Begin();
        try
        {
            call.ThrowIfEnded();
            // Half a message cannot be taken back: cancelling a write cancels its call.
            using var registration = cancellationToken.UnsafeRegister(static state => ((GrpcCall<TRequest, TResponse>)state!).CancelByClient(), call);
            using var buffer = new PooledBuffer();
            FrameWriter.Write(buffer, message, call.Method.RequestMarshaller, call.MaxSendMessageSize);
            var stream = await Content.Stream.ConfigureAwait(false);
            await stream.WriteAsync(buffer.Written, call.Aborted).ConfigureAwait(false);
            if (WriteOptions is not { } options || !options.Flags.HasFlag(WriteFlags.BufferHint))
            {
                await stream.FlushAsync(call.Aborted).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw call.Failure("Error writing request.", exception);
        }
        finally
        {
            lock (_gate)
            {
                _writing = false;
            }
        }
    }

    public Task CompleteAsync()
    {
        lock (_gate)
        {
            if (_writing)
            {
                throw new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress.");
            }

            _completed = true;
        }

        Content.CompleteAfterStart();
        return Task.CompletedTask;
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_completed)
            {
                throw new InvalidOperationException("Request stream has already been completed.");
            }

            _writing = !_writing
                ? true
                : throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }
    }
}
