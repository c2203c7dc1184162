using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace KdCluster.SoftTargets;

/// <summary>IEEE 754 binary16, the lowest byte first: as all processors that libtorch runs on have their numbers.</summary>
internal static class Float16Codec
{
    /// <summary>The smallest magnitude that rounds to infinity.</summary>
    public const float Limit = 65520f;

    /// <summary>Rounds to nearest, ties to even; the numbers are finite.</summary>
    public static void Encode(ReadOnlySpan<float> from, Span<byte> to) => TensorPrimitives.ConvertToHalf(from, MemoryMarshal.Cast<byte, Half>(to));

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to) => TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(from)[..to.Length], to);
}
