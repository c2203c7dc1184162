using System.Runtime.InteropServices;

namespace KdCluster.SoftTargets;

/// <summary>Rows are little-endian, as every machine is that KdCluster runs on.</summary>
internal static class Float32Codec
{
    public static void Encode(ReadOnlySpan<float> from, Span<byte> to) => MemoryMarshal.AsBytes(from).CopyTo(to);

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to) => from.CopyTo(MemoryMarshal.AsBytes(to));
}
