using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>
/// Serialises one message into a frame: a flag byte, the length in 4 bytes (big-endian), the payload. When the marshaller says the
/// length first, the payload goes straight to the target; otherwise it is collected, then copied.
/// </summary>
internal sealed class FrameWriter(IBufferWriter<byte> target, int? limit) : SerializationContext
{
    public const int HeaderSize = 5;

    private PooledBuffer? _collected;
    private bool _lengthKnown;
    private bool _complete;

    /// <summary>The header is out but the payload may not be: the stream cannot carry another message.</summary>
    public bool IsTorn => _lengthKnown && !_complete;

    public static void Write<T>(IBufferWriter<byte> target, T message, Marshaller<T> marshaller, int? limit)
    {
        var writer = new FrameWriter(target, limit);
        writer.Write(message, marshaller);
    }

    public void Write<T>(T message, Marshaller<T> marshaller)
    {
        try
        {
            marshaller.ContextualSerializer(message, this);
            if (!_complete)
            {
                throw new InvalidOperationException("The marshaller did not complete the message.");
            }
        }
        finally
        {
            _collected?.Dispose();
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (_lengthKnown)
        {
            throw new InvalidOperationException("The payload length is already set.");
        }

        WriteHeader(payloadLength);
        _lengthKnown = true;
    }

    public override IBufferWriter<byte> GetBufferWriter() => _lengthKnown ? target : _collected ??= new PooledBuffer();

    public override void Complete()
    {
        Finish();
        if (!_lengthKnown)
        {
            var payload = (_collected ??= new PooledBuffer()).Written;
            WriteHeader(payload.Length);
            target.Write(payload.Span);
        }
    }

    public override void Complete(byte[] payload)
    {
        Finish();
        if (!_lengthKnown)
        {
            WriteHeader(payload.Length);
        }

        target.Write(payload);
    }

    private void Finish()
    {
        if (_complete)
        {
            throw new InvalidOperationException("The message is already complete.");
        }

        _complete = true;
    }

    private void WriteHeader(int length)
    {
        if (length > limit)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }

        if (target is PooledBuffer pooled)
        {
            pooled.Reserve(HeaderSize + length);
        }

        var header = target.GetSpan(HeaderSize);
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], length);
        target.Advance(HeaderSize);
    }
}
