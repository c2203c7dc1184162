namespace KdCluster.SoftTargets;

/// <summary>Turns rows of numbers into the bytes that are sent and kept, and back.</summary>
/// <remarks>Only finite numbers that the element type can hold are encoded, so a store returns only finite numbers.</remarks>
public static class RowCodec
{
    /// <summary>Encodes n rows.</summary>
    /// <param name="set">Width and element type.</param>
    /// <param name="rows">[n, <see cref="SoftTargetSet.Width"/>] row-major.</param>
    /// <returns>n × <see cref="SoftTargetSet.RowBytes"/>.</returns>
    /// <exception cref="KdException"><c>KD1303</c>: a row holds NaN, an infinity, or a number beyond the element type.</exception>
    public static byte[] Encode(SoftTargetSet set, ReadOnlySpan<float> rows)
    {
        byte[] bytes = new byte[Count(rows.Length, set.Width, "numbers") * set.RowBytes];
        Encode(set, rows, bytes);
        return bytes;
    }

    /// <inheritdoc cref="Encode(SoftTargetSet, ReadOnlySpan{float})"/>
    /// <param name="set">Width and element type.</param>
    /// <param name="rows">[n, <see cref="SoftTargetSet.Width"/>] row-major.</param>
    /// <param name="bytes">At least n × <see cref="SoftTargetSet.RowBytes"/>.</param>
    public static void Encode(SoftTargetSet set, ReadOnlySpan<float> rows, Span<byte> bytes)
    {
        int n = Count(rows.Length, set.Width, "numbers");
        Refuse(set, rows);
        bytes = bytes[..(n * set.RowBytes)];
        switch (set.Element)
        {
            case ElementType.Float32: Float32Codec.Encode(rows, bytes); break;
            case ElementType.Float16: Float16Codec.Encode(rows, bytes); break;
            case ElementType.BFloat16: BFloat16Codec.Encode(rows, bytes); break;
            default:
                (int parts, int width, int size) = Parts(set, n);
                for (int i = 0; i < parts; i++)
                    TopKCodec.Encode(rows.Slice(i * width, width), set.TopK, bytes.Slice(i * size, size));
                break;
        }
    }

    /// <summary>Decodes n rows. Of a top-k row the mass left out is spread evenly over the classes not kept.</summary>
    /// <param name="set">Width and element type.</param>
    /// <param name="bytes">n × <see cref="SoftTargetSet.RowBytes"/>.</param>
    /// <param name="rows">At least n × <see cref="SoftTargetSet.Width"/>.</param>
    public static void Decode(SoftTargetSet set, ReadOnlySpan<byte> bytes, Span<float> rows)
    {
        int n = Count(bytes.Length, set.RowBytes, "bytes");
        rows = rows[..(n * set.Width)];
        switch (set.Element)
        {
            case ElementType.Float32: Float32Codec.Decode(bytes, rows); break;
            case ElementType.Float16: Float16Codec.Decode(bytes, rows); break;
            case ElementType.BFloat16: BFloat16Codec.Decode(bytes, rows); break;
            default:
                (int parts, int width, int size) = Parts(set, n);
                for (int i = 0; i < parts; i++)
                    TopKCodec.Decode(bytes.Slice(i * size, size), rows.Slice(i * width, width));
                break;
        }
    }

    // Of which the largest are kept each: whole rows, or those of each token.
    private static (int Parts, int Width, int Bytes) Parts(SoftTargetSet set, int rows)
    {
        int each = Math.Max(set.Positions, 1);
        return (rows * each, set.Width / each, set.RowBytes / each);
    }

    private static int Count(int length, int width, string unit) => length % width == 0
        ? length / width
        : throw new ArgumentException($"{length} {unit} are not a whole number of rows of {width}.");

    private static void Refuse(SoftTargetSet set, ReadOnlySpan<float> rows)
    {
        float limit = set.Element switch
        {
            ElementType.Float32 => float.PositiveInfinity,
            ElementType.BFloat16 => BFloat16Codec.Limit,
            _ => Float16Codec.Limit,
        };
        int bad = FiniteScan.FirstNotBelow(rows, limit);
        if (bad < 0)
            return;
        string what = float.IsFinite(rows[bad])
            ? $"the number {rows[bad]:G4} is too large for {set.Element}."
            : $"the number {rows[bad]} is not finite.";
        throw new KdException("KD1303", what, $"{set.Output} of teacher {set.Teacher[..Math.Min(12, set.Teacher.Length)]}, row {bad / set.Width}, column {bad % set.Width}",
            "The row is not kept. Check the teacher's weights and this input, or deploy it with Float32 outputs.");
    }
}
