using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KdCluster.Learning.Data;

/// <summary>A row's place by the hash of its text: the same on every machine, and equal texts stay together.</summary>
internal static class TextHash
{
    /// <summary>The first 64 bits of the SHA-256 of the text and its pair.</summary>
    public static ulong Of(string text, string? pair = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(pair is null ? text : $"{text}\0{pair}");
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest);
    }

    public static ulong Of(TextRow row) => Of(row.Text, row.Pair);
}
