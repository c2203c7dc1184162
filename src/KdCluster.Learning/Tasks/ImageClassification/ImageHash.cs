using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KdCluster.Learning.Tasks.ImageClassification;

/// <summary>An image's place by the hash of its pixels.</summary>
internal static class ImageHash
{
    /// <summary>The first 64 bits of the SHA-256 of each image, on all cores.</summary>
    public static ulong[] Of(ImageSplit split)
    {
        var hashes = new ulong[split.Count];
        Parallel.For(0, split.Count, i =>
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(split.Rows[i].Pixels.Span, digest);
            hashes[i] = BinaryPrimitives.ReadUInt64BigEndian(digest);
        });
        return hashes;
    }
}
