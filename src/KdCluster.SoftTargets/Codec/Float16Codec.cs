using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace KdCluster.SoftTargets;

internal static class Float16Codec
{
    /// <summary>The smallest magnitude that rounds to infinity.</summary>
    public const float Limit = 65520f;

    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++)
            BinaryPrimitives.WriteHalfLittleEndian(to[(2 * i)..], (Half)from[i]);
    }

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        int i = 0;
        if (BitConverter.IsLittleEndian)
        {
            ReadOnlySpan<Vector<ushort>> halves = MemoryMarshal.Cast<byte, Vector<ushort>>(from);
            Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(to);
            for (int v = 0; v < halves.Length; v++)
            {
                Vector.Widen(halves[v], out Vector<uint> low, out Vector<uint> high);
                wide[2 * v] = Widen(low);
                wide[(2 * v) + 1] = Widen(high);
            }

            i = halves.Length * Vector<ushort>.Count;
        }

        for (; i < to.Length; i++)
            to[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(from[(2 * i)..]);
    }

    /// <summary>
    /// Exponent and fraction shifted into a binary32's place are the number times 2^-112, subnormal ones included; one exact
    /// multiplication puts the bias right. Infinities and NaN need their exponent filled.
    /// </summary>
    private static Vector<float> Widen(Vector<uint> half)
    {
        Vector<uint> sign = (half & new Vector<uint>(0x8000u)) << 16;
        Vector<uint> magnitude = half & new Vector<uint>(0x7FFFu);
        Vector<float> value = Vector.AsVectorSingle(magnitude << 13) * new Vector<float>(BitConverter.UInt32BitsToSingle((112u + 127u) << 23));
        Vector<uint> special = Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7C00u)) & new Vector<uint>(0x7F800000u);
        return Vector.AsVectorSingle(Vector.AsVectorUInt32(value) | special | sign);
    }
}
