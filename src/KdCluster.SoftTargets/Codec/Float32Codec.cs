using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KdCluster.SoftTargets;

internal static class Float32Codec
{
    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(from).CopyTo(to);
            return;
        }

        for (int i = 0; i < from.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(to[(4 * i)..], from[i]);
    }

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        if (BitConverter.IsLittleEndian)
        {
            from.CopyTo(MemoryMarshal.AsBytes(to));
            return;
        }

        for (int i = 0; i < to.Length; i++)
            to[i] = BinaryPrimitives.ReadSingleLittleEndian(from[(4 * i)..]);
    }
}
