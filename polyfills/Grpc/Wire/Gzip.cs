using System.Buffers;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Decompresses a payload; the receive limit holds for what comes out, so that a small bomb stays small.</summary>
internal static class Gzip
{
    private const int Step = 32 * 1024;

    public static PooledBuffer Decompress(ReadOnlySequence<byte> bytes, int? limit)
    {
        var plain = new PooledBuffer();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes.ToArray(), writable: false), CompressionMode.Decompress);
            for (var read = -1; read != 0;)
            {
                read = gzip.Read(plain.GetSpan(Step));
                plain.Advance(read);
                if (plain.Written.Length > limit)
                {
                    throw new RpcException(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
                }
            }

            return plain;
        }
        catch (InvalidDataException exception)
        {
            plain.Dispose();
            throw new RpcException(new Status(StatusCode.Internal, "Failed to decompress the message.", exception));
        }
        catch
        {
            plain.Dispose();
            throw;
        }
    }
}
