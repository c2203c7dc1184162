using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>Takes messages off the request body where they lie: the marshaller reads Kestrel's own buffers.</summary>
internal sealed class RequestReader<T>(HttpServerCallContext call, Marshaller<T> marshaller, int? limit) : IAsyncStreamReader<T>
    where T : class
{
    private readonly PipeReader _body = call.HttpContext.Request.BodyReader;
    private readonly string? _encoding = call.HttpContext.Request.Headers[HeaderText.Encoding];
    private bool _reading;

    public T Current { get; private set; } = null!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (call.IsEnded)
        {
            throw new InvalidOperationException("Can't read messages after the request is complete.");
        }

        if (_reading)
        {
            throw new InvalidOperationException("Can't read the next message because the previous read is still in progress.");
        }

        _reading = true;
        try
        {
            using var either = cancellationToken.CanBeCanceled
                ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken)
                : null;
            var message = await ReadAsync(either?.Token ?? call.CancellationToken);
            Current = message!;
            return message is not null;
        }
        finally
        {
            _reading = false;
        }
    }

    /// <summary>The one message of a request that does not stream.</summary>
    public async Task<T> ReadSingleAsync()
    {
        var message = await ReadAsync(call.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.Internal, "Incomplete message."));
        if (await ReadAsync(call.CancellationToken) is not null)
        {
            throw new RpcException(new Status(StatusCode.Internal, "Additional data after the message received."));
        }

        return message;
    }

    private async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _body.ReadAsync(cancellationToken);
            var bytes = result.Buffer;
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The read was cancelled.");
            }

            if (bytes.Length >= FrameWriter.HeaderSize)
            {
                var header = FrameHeader.Parse(bytes, limit);
                var end = FrameWriter.HeaderSize + (long)header.Length;
                if (bytes.Length >= end)
                {
                    var message = Payload.Read(header, bytes.Slice(FrameWriter.HeaderSize, header.Length), _encoding, limit, marshaller);
                    _body.AdvanceTo(bytes.GetPosition(end));
                    return message;
                }
            }

            if (result.IsCompleted)
            {
                return bytes.IsEmpty ? null : throw new RpcException(new Status(StatusCode.Internal, "Incomplete message."));
            }

            _body.AdvanceTo(bytes.Start, bytes.End);
        }
    }
}
