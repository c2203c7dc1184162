using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace KdCluster.SoftTargets;

/// <summary>
/// Names of inputs that depend on nothing but their content. Each hash starts with a domain and a version, so
/// that two kinds of thing never share a name and a changed encoding never meets rows kept under the old one.
/// </summary>
public static class Fingerprints
{
    private static ReadOnlySpan<byte> InstanceDomain => "kdcluster/instance/1\0"u8;

    /// <summary>The fingerprint of one tokenized input: the first 128 bits of SHA-256 over the ids as little-endian 32-bit numbers.</summary>
    /// <param name="tokenIds">Unpadded ids, special tokens included: what the model sees.</param>
    public static InstanceFingerprint Instance(ReadOnlySpan<int> tokenIds)
    {
        int bytes = InstanceDomain.Length + (4 * tokenIds.Length);
        byte[]? rented = null;
        Span<byte> input = bytes <= 2048 ? stackalloc byte[bytes] : (rented = ArrayPool<byte>.Shared.Rent(bytes)).AsSpan(0, bytes);
        InstanceDomain.CopyTo(input);
        // Little-endian, as every machine is that KdCluster runs on.
        MemoryMarshal.AsBytes(tokenIds).CopyTo(input[InstanceDomain.Length..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return new InstanceFingerprint(BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    /// <summary>The fingerprints of many inputs, in their order, on all cores.</summary>
    public static InstanceFingerprint[] Instances(IReadOnlyList<int[]> inputs)
    {
        var all = new InstanceFingerprint[inputs.Count];
        const int chunk = 512;
        Parallel.For(0, (inputs.Count + chunk - 1) / chunk, c =>
        {
            int end = Math.Min(inputs.Count, (c + 1) * chunk);
            for (int i = c * chunk; i < end; i++)
                all[i] = Instance(inputs[i]);
        });
        return all;
    }
}
