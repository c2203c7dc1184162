using System.Buffers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>Takes messages off a response body. Small ones share one buffer; a large one is read into rented arrays of its own, taken as its bytes arrive.</summary>
internal sealed class ResponseReader<T>(Stream body, string? encoding, int? limit, Marshaller<T> marshaller)
    where T : class
{
    private const int BufferSize = 8 * 1024;
    private const int ChunkSize = 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    /// <summary>The next message, or null at the end of the body.</summary>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(FrameWriter.HeaderSize, cancellationToken).ConfigureAwait(false))
        {
            // Only here: after a failed read, which another thread's cancellation may have cut short, the array is left to the collector.
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            return null;
        }

        var header = FrameHeader.Parse(_buffer.AsSpan(_start), limit);
        _start += FrameWriter.HeaderSize;
        if (header.Length > BufferSize)
        {
            return await ReadLargeAsync(header, cancellationToken).ConfigureAwait(false);
        }

        if (!await FillAsync(header.Length, cancellationToken).ConfigureAwait(false) && header.Length > 0)
        {
            throw Incomplete();
        }

        var payload = new ReadOnlySequence<byte>(_buffer, _start, header.Length);
        _start += header.Length;
        return Parse(header, payload);
    }

    /// <summary>Bytes that are no message are the server's fault, whatever the marshaller throws; Google.Protobuf's exception is an IOException and must not pass for a broken connection.</summary>
    private T Parse(FrameHeader header, ReadOnlySequence<byte> payload)
    {
        try
        {
            return Payload.Read(header, payload, encoding, limit, marshaller);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, ErrorText.Describe("Failed to deserialize response message.", exception), exception));
        }
    }

    /// <summary>Buffers that many bytes; false when the body ends before the first of them.</summary>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (count > _buffer.Length - _start)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, 0);
            }

            var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return _start == _end ? false : throw Incomplete();
            }

            _end += read;
        }

        return true;
    }

    private async ValueTask<T> ReadLargeAsync(FrameHeader header, CancellationToken cancellationToken)
    {
        using var chunks = new ChunkedPayload();
        for (var left = header.Length; left > 0;)
        {
            var chunk = chunks.Add(Math.Min(left, ChunkSize));
            var buffered = Math.Min(chunk.Length, _end - _start);
            _buffer.AsSpan(_start, buffered).CopyTo(chunk.Span);
            _start += buffered;
            if (await body.ReadAtLeastAsync(chunk[buffered..], chunk.Length - buffered, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < chunk.Length - buffered)
            {
                throw Incomplete();
            }

            left -= chunk.Length;
        }

        return Parse(header, chunks.Sequence);
    }

    private static RpcException Incomplete() => new(new Status(StatusCode.Internal, "Incomplete message."));
}
