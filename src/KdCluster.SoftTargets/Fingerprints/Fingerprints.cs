using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using KdCluster.Instances;

namespace KdCluster.SoftTargets;

/// <summary>
/// Names of inputs that depend on nothing but their content. Each hash starts with a domain and a version, so
/// that two kinds of thing never share a name and a changed encoding never meets rows kept under the old one.
/// </summary>
public static class Fingerprints
{
    private static ReadOnlySpan<byte> InstanceDomain => "kdcluster/instance/1\0"u8;

    private static ReadOnlySpan<byte> ViewDomain => "kdcluster/view/1\0"u8;

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

    /// <summary>
    /// The fingerprint of one model-ready instance. That of a text without token types is the one of its ids; of anything else, the first 128 bits of SHA-256 over each tensor's name, type, sizes and bytes, each with its length, in the order of the names.
    /// </summary>
    public static InstanceFingerprint Instance(InstanceView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.IsText && view.Types is null)
            return Instance(view.Ids);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(ViewDomain);
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (NamedTensor tensor in view.Tensors.OrderBy(t => t.Layout.Name, StringComparer.Ordinal))
        {
            byte[] name = Encoding.UTF8.GetBytes(tensor.Layout.Name);
            Append(hash, number, name.Length);
            hash.AppendData(name);
            Append(hash, number, (int)tensor.Layout.Type);
            Append(hash, number, tensor.Layout.Shape.Count);
            foreach (int size in tensor.Layout.Shape)
                Append(hash, number, size);
            Append(hash, number, tensor.Bytes.Length);
            hash.AppendData(tensor.Bytes.Span);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new InstanceFingerprint(BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    /// <summary>The fingerprints of many inputs, in their order, on all cores.</summary>
    public static InstanceFingerprint[] Instances(IReadOnlyList<InstanceView> inputs) => All(inputs.Count, i => Instance(inputs[i]));

    /// <summary>The fingerprints of many texts, in their order, on all cores.</summary>
    public static InstanceFingerprint[] Instances(IReadOnlyList<int[]> inputs) => All(inputs.Count, i => Instance(inputs[i]));

    private static void Append(IncrementalHash hash, Span<byte> number, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(number, value);
        hash.AppendData(number);
    }

    private static InstanceFingerprint[] All(int count, Func<int, InstanceFingerprint> of)
    {
        var all = new InstanceFingerprint[count];
        const int chunk = 512;
        Parallel.For(0, (count + chunk - 1) / chunk, c =>
        {
            int end = Math.Min(count, (c + 1) * chunk);
            for (int i = c * chunk; i < end; i++)
                all[i] = of(i);
        });
        return all;
    }
}
