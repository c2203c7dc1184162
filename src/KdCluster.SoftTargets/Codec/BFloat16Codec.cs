using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace KdCluster.SoftTargets;

internal static class BFloat16Codec
{
    /// <summary>The smallest magnitude that rounds to infinity: half a unit above the largest finite bfloat16.</summary>
    public static readonly float Limit = BitConverter.UInt32BitsToSingle(0x7F7F8000u);

    /// <summary>Rounds to nearest, ties to even; the numbers are finite.</summary>
    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        ReadOnlySpan<Vector<uint>> bits = MemoryMarshal.Cast<float, Vector<uint>>(from);
        Span<Vector<ushort>> narrow = MemoryMarshal.Cast<byte, Vector<ushort>>(to);
        for (int v = 0; v < narrow.Length; v++)
            narrow[v] = Vector.Narrow(Round(bits[2 * v]), Round(bits[(2 * v) + 1]));
        for (int i = narrow.Length * Vector<ushort>.Count; i < from.Length; i++)
        {
            uint one = BitConverter.SingleToUInt32Bits(from[i]);
            BinaryPrimitives.WriteUInt16LittleEndian(to[(2 * i)..], (ushort)((one + 0x7FFFu + ((one >> 16) & 1u)) >> 16));
        }
    }

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        ReadOnlySpan<Vector<ushort>> narrow = MemoryMarshal.Cast<byte, Vector<ushort>>(from);
        Span<Vector<uint>> wide = MemoryMarshal.Cast<float, Vector<uint>>(to);
        for (int v = 0; v < narrow.Length; v++)
        {
            Vector.Widen(narrow[v], out Vector<uint> low, out Vector<uint> high);
            wide[2 * v] = low << 16;
            wide[(2 * v) + 1] = high << 16;
        }

        for (int i = narrow.Length * Vector<ushort>.Count; i < to.Length; i++)
            to[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(from[(2 * i)..]) << 16);
    }

    private static Vector<uint> Round(Vector<uint> bits) =>
        (bits + new Vector<uint>(0x7FFFu) + ((bits >> 16) & Vector<uint>.One)) >> 16;
}
