using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Puts messages on the response body; a write completes when flow control has room again, which is what bounds memory for a slow reader.</summary>
internal sealed class ResponseWriter<T>(HttpServerCallContext call, Marshaller<T> marshaller, int? limit) : IServerStreamWriter<T>
    where T : class
{
    private readonly HttpResponse _response = call.HttpContext.Response;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var hinted = WriteOptions is { } options && options.Flags.HasFlag(WriteFlags.BufferHint);
        return WriteAsync(message, flush: !hinted, cancellationToken);
    }

    /// <summary>Leaves the flush to the trailers.</summary>
    public Task WriteLastAsync(T message) => WriteAsync(message, flush: false, CancellationToken.None);

    private async Task WriteAsync(T message, bool flush, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        call.BeginWrite();
        try
        {
            if (!_response.HasStarted)
            {
                await _response.StartAsync(call.CancellationToken);
            }

            Serialize(message);
            if (flush)
            {
                using var either = cancellationToken.CanBeCanceled
                    ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken)
                    : null;
                await _response.BodyWriter.FlushAsync(either?.Token ?? call.CancellationToken);
            }
        }
        finally
        {
            await call.EndWriteAsync();
        }
    }

    private void Serialize(T message)
    {
        var frame = new FrameWriter(_response.BodyWriter, limit);
        try
        {
            frame.Write(message, marshaller);
        }
        catch when (frame.IsTorn)
        {
            call.Reset();
            throw;
        }
    }
}
