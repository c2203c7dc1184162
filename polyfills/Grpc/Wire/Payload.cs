using System.Buffers;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>The bytes of one received message, lent to its marshaller.</summary>
internal sealed class Payload(ReadOnlySequence<byte> bytes) : DeserializationContext
{
    public override int PayloadLength => (int)bytes.Length;

    public override byte[] PayloadAsNewBuffer() => bytes.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => bytes;

    /// <param name="encoding">The peer's <c>grpc-encoding</c>, for a payload whose frame says that it is compressed.</param>
    public static T Read<T>(FrameHeader header, ReadOnlySequence<byte> bytes, string? encoding, int? limit, Marshaller<T> marshaller)
    {
        if (!header.IsCompressed)
        {
            return marshaller.ContextualDeserializer(new Payload(bytes));
        }

        using var plain = Decompress(bytes, encoding, limit);
        return marshaller.ContextualDeserializer(new Payload(new ReadOnlySequence<byte>(plain.Written)));
    }

    private static PooledBuffer Decompress(ReadOnlySequence<byte> bytes, string? encoding, int? limit) => encoding switch
    {
        "gzip" => Gzip.Decompress(bytes, limit),
        null or "identity" => throw new RpcException(new Status(
            StatusCode.Internal, encoding is null ? "Request did not include grpc-encoding value with compressed message." : "Request sent 'identity' grpc-encoding value with compressed message.")),
        _ => throw new RpcException(new Status(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: identity, gzip")),
    };
}
