using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>The five bytes before a payload, checked.</summary>
internal readonly record struct FrameHeader(bool IsCompressed, int Length)
{
    public static FrameHeader Parse(ReadOnlySpan<byte> bytes, int? limit)
    {
        if (bytes[0] > 1)
        {
            throw new RpcException(new Status(StatusCode.Internal, "Unexpected compressed flag value in message header."));
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (length > (limit ?? int.MaxValue))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
        }

        return new FrameHeader(bytes[0] == 1, (int)length);
    }

    public static FrameHeader Parse(ReadOnlySequence<byte> bytes, int? limit)
    {
        Span<byte> header = stackalloc byte[FrameWriter.HeaderSize];
        bytes.Slice(0, FrameWriter.HeaderSize).CopyTo(header);
        return Parse(header, limit);
    }
}
