using System.Buffers.Binary;

namespace KdCluster.SoftTargets;

/// <summary>Looks over rows that another process encoded, before anything is learned from them: no encoder of ours gives a number that is not finite.</summary>
public static class RowCheck
{
    /// <summary>The first row that <see cref="RowCodec"/> cannot have made; -1 when there is none.</summary>
    /// <param name="set">Width and element type.</param>
    /// <param name="bytes">n × <see cref="SoftTargetSet.RowBytes"/>.</param>
    public static int FirstBad(SoftTargetSet set, ReadOnlySpan<byte> bytes)
    {
        int size = set.RowBytes;
        for (int row = 0; (row + 1) * size <= bytes.Length; row++)
        {
            ReadOnlySpan<byte> one = bytes.Slice(row * size, size);
            bool good = set.Element switch
            {
                ElementType.Float32 => Finite32(one),
                ElementType.Float16 => Finite16(one, 0x7C00),
                ElementType.BFloat16 => Finite16(one, 0x7F80),
                _ => TopK(one, set),
            };
            if (!good)
            {
                return row;
            }
        }

        return -1;
    }

    // A number is finite unless all bits of its exponent are set.
    private static bool Finite32(ReadOnlySpan<byte> row)
    {
        bool finite = true;
        for (int i = 0; i < row.Length; i += 4)
        {
            finite &= (BinaryPrimitives.ReadUInt32LittleEndian(row[i..]) & 0x7F800000) != 0x7F800000;
        }

        return finite;
    }

    private static bool Finite16(ReadOnlySpan<byte> row, int exponent)
    {
        bool finite = true;
        for (int i = 0; i < row.Length; i += 2)
        {
            finite &= (BinaryPrimitives.ReadUInt16LittleEndian(row[i..]) & exponent) != exponent;
        }

        return finite;
    }

    private static bool TopK(ReadOnlySpan<byte> row, SoftTargetSet set)
    {
        int parts = Math.Max(set.Positions, 1), size = set.RowBytes / parts;
        for (int i = 0; i < parts; i++)
        {
            if (!TopK(row.Slice(i * size, size), set.Width / parts))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TopK(ReadOnlySpan<byte> row, int width)
    {
        int k = (row.Length - 4) / 6;
        int[] indices = new int[k];
        float[] values = new float[k];
        float mass = TopKCodec.Read(row, indices, values);
        return mass is >= 0 and <= 1 && Array.TrueForAll(values, float.IsFinite) && Array.TrueForAll(indices, i => i >= 0 && i < width) && indices.Distinct().Count() == k;
    }
}
