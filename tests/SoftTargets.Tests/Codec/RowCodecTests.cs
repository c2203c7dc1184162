using KdCluster.SoftTargets;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Codec;

public sealed class RowCodecTests
{
    // The scores of each token of an instance: the largest are those of the token, and not of the row.
    [Fact]
    public void The_largest_of_each_token_are_kept_as_those_of_rows_of_their_own()
    {
        const int length = 5, vocabulary = 9, k = 3;
        var output = new TeacherOutput(new string('a', 64), OutputNames.TokenLogits, ElementType.TopK, new OutputShape(OutputShape.Length, vocabulary), k, new string('1', 64));
        SoftTargetSet set = output.Set(length), one = output.Set() with { Output = OutputNames.Logits };
        Assert.Equal((length * vocabulary, length * ((6 * k) + 4)), (set.Width, set.RowBytes));
        var random = new Random(3);
        float[] rows = [.. Enumerable.Range(0, 2 * length * vocabulary).Select(_ => (float)(8 * random.NextDouble()))];
        byte[] bytes = RowCodec.Encode(set, rows);
        Assert.Equal(rows.Chunk(vocabulary).SelectMany(r => RowCodec.Encode(one, r)), bytes);
        Assert.Equal(rows.Chunk(vocabulary).SelectMany(r => RoundTrip(one, r)), RoundTrip(set, rows));
        Assert.Equal(-1, RowCheck.FirstBad(set, bytes));
        // Of the second row's third token an index that there is not.
        bytes[set.RowBytes + (2 * one.RowBytes)] = vocabulary;
        Assert.Equal(1, RowCheck.FirstBad(set, bytes));
        Assert.Equal(set, System.Text.Json.JsonSerializer.Deserialize<SoftTargetSet>(System.Text.Json.JsonSerializer.Serialize(set)));
        Assert.DoesNotContain("Positions", System.Text.Json.JsonSerializer.Serialize(one with { Positions = 0 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Float32_comes_back_bit_for_bit(int width)
    {
        float[] rows = Numbers(5 * width, BitConverter.UInt32BitsToSingle);
        Assert.Equal(rows.Select(BitConverter.SingleToUInt32Bits), RoundTrip(Rows.Set(width, ElementType.Float32), rows).Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Every_finite_half_survives_its_round_trip()
    {
        float[] rows = [.. Enumerable.Range(0, 65536).Select(i => (float)BitConverter.UInt16BitsToHalf((ushort)i)).Where(float.IsFinite)];
        Assert.Equal(rows.Select(BitConverter.SingleToUInt32Bits), RoundTrip(Rows.Set(1), rows).Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Every_half_decodes_as_the_platform_says()
    {
        byte[] bytes = [.. Enumerable.Range(0, 65536).SelectMany(i => new[] { (byte)i, (byte)(i >> 8) })];
        float[] rows = new float[65536];
        RowCodec.Decode(Rows.Set(1), bytes, rows);
        for (int i = 0; i < 65536; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf((ushort)i);
            Assert.True(float.IsNaN(expected) ? float.IsNaN(rows[i]) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(rows[i]), $"half {i:x4}");
        }
    }

    [Fact]
    public void Float16_rounds_as_the_platform_does()
    {
        float[] rows = [.. Enumerable.Range(0, 4099).Select(i => (float)((new Random(i).NextDouble() - 0.5) * Math.Pow(10, (i % 11) - 6)))];
        Assert.Equal(rows.Select(x => (float)(Half)x), RoundTrip(Rows.Set(1), rows));
    }

    [Fact]
    public void BFloat16_rounds_to_nearest_even()
    {
        float[] rows = Numbers(4099, BitConverter.UInt32BitsToSingle);
        float[] back = RoundTrip(Rows.Set(1, ElementType.BFloat16), rows);
        for (int i = 0; i < rows.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(rows[i]);
            uint down = bits & 0xFFFF0000, up = down + 0x10000, rest = bits & 0xFFFF;
            uint expected = rest > 0x8000 || (rest == 0x8000 && (down & 0x10000) != 0) ? up : down;
            Assert.Equal(expected, BitConverter.SingleToUInt32Bits(back[i]));
        }
    }

    [Theory]
    [InlineData(ElementType.Float32, float.NaN)]
    [InlineData(ElementType.Float32, float.PositiveInfinity)]
    [InlineData(ElementType.Float16, float.NegativeInfinity)]
    [InlineData(ElementType.Float16, 65520f)]
    [InlineData(ElementType.BFloat16, float.NaN)]
    [InlineData(ElementType.BFloat16, 3.4e38f)]
    [InlineData(ElementType.TopK, -70000f)]
    public void A_row_that_cannot_be_kept_is_refused_by_number(ElementType element, float bad)
    {
        SoftTargetSet set = Rows.Set(21, element, topK: element == ElementType.TopK ? 3 : 0);
        float[] rows = new float[5 * 21];
        rows[(3 * 21) + 20] = bad;
        KdException refused = Assert.Throws<KdException>(() => RowCodec.Encode(set, rows));
        Assert.Equal("KD1303", refused.Code);
        Assert.Contains("row 3, column 20", refused.Message);
    }

    [Fact]
    public void The_largest_numbers_of_each_type_are_kept()
    {
        float largest = BitConverter.UInt32BitsToSingle(0x7F7F0000);
        Assert.Equal([65504f, -65519f.RoundedToHalf()], RoundTrip(Rows.Set(2), [65504f, -65519f]));
        Assert.Equal([largest, -largest], RoundTrip(Rows.Set(2, ElementType.BFloat16), [largest, -largest]));
    }

    [Fact]
    public void Top_k_keeps_the_largest_in_order_and_the_mass_left_out()
    {
        SoftTargetSet set = Rows.Set(6, ElementType.TopK, topK: 2);
        float[] logits = [0, 3, -1, 3, 1, 2];
        byte[] bytes = RowCodec.Encode(set, logits);
        int[] indices = new int[2];
        float[] values = new float[2];
        float mass = TopKCodec.Read(bytes, indices, values);
        Assert.Equal([1, 3], indices);
        Assert.Equal([3f, 3f], values);
        double z = logits.Sum(x => Math.Exp(x)), rest = new[] { 0, -1, 1, 2 }.Sum(x => Math.Exp(x));
        Assert.Equal(rest / z, mass, 6);

        float[] back = new float[6];
        RowCodec.Decode(set, bytes, back);
        double total = back.Sum(x => Math.Exp(x));
        Assert.Equal(Math.Exp(3) / z, Math.Exp(back[1]) / total, 6);
        foreach (int i in new[] { 0, 2, 4, 5 })
            Assert.Equal(rest / z / 4, Math.Exp(back[i]) / total, 6);
    }

    [Fact]
    public void Top_k_of_all_classes_is_float16_and_of_a_sure_row_is_finite()
    {
        float[] logits = [1, 0.5f, -2];
        Assert.Equal(logits, RoundTrip(Rows.Set(3, ElementType.TopK, topK: 3), logits));
        Assert.All(RoundTrip(Rows.Set(3, ElementType.TopK, topK: 1), [1000, 0, -1000]), x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void What_is_no_whole_number_of_rows_is_refused_either_way()
    {
        SoftTargetSet set = Rows.Set(3);
        Assert.Equal("7 numbers are not a whole number of rows of 3.", Assert.Throws<ArgumentException>(() => RowCodec.Encode(set, new float[7])).Message);
        Assert.Equal("7 numbers are not a whole number of rows of 3.", Assert.Throws<ArgumentException>(() => RowCodec.Encode(set, new float[7], new byte[100])).Message);
        Assert.Equal("8 bytes are not a whole number of rows of 6.", Assert.Throws<ArgumentException>(() => RowCodec.Decode(set, new byte[8], new float[100])).Message);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.TopK)]
    public void Memory_beyond_the_rows_is_left_alone_and_no_rows_are_none(ElementType element)
    {
        SoftTargetSet set = Rows.Set(2, element, topK: element == ElementType.TopK ? 2 : 0);
        byte[] bytes = [.. Enumerable.Repeat((byte)0xAA, (2 * set.RowBytes) + 3)];
        RowCodec.Encode(set, [2, 1, 0.5f, 0.25f], bytes);
        Assert.Equal([0xAA, 0xAA, 0xAA], bytes[^3..]);
        float[] rows = [9, 9, 9, 9, 9];
        RowCodec.Decode(set, bytes.AsSpan(0, 2 * set.RowBytes), rows);
        Assert.Equal([2, 1, 0.5f, 0.25f, 9], rows);
        Assert.Empty(RowCodec.Encode(set, []));
    }

    [Fact]
    public void A_refusal_names_the_number_the_teacher_and_the_place()
    {
        float[] rows = [0, 1, 2, 3, 4, 70000];
        KdError tooLarge = Assert.Throws<KdException>(() => RowCodec.Encode(Rows.Set(3), rows)).Errors[0];
        Assert.Equal(("the number 7E+04 is too large for Float16.", "logits of teacher aaaaaaaaaaaa, row 1, column 2"), (tooLarge.What, tooLarge.Where));
        Assert.Contains("deploy it with Float32 outputs", tooLarge.Remedy, StringComparison.Ordinal);
        KdError infinite = Assert.Throws<KdException>(() => RowCodec.Encode(Rows.Set(3, ElementType.Float32, output: OutputNames.Embedding) with { Teacher = "abc" }, [float.NegativeInfinity, 0, 0])).Errors[0];
        Assert.Equal(("the number -Infinity is not finite.", "embedding of teacher abc, row 0, column 0"), (infinite.What, infinite.Where));
    }

    /// <summary>By IEEE 754: binary16 has 10 bits of fraction, bfloat16 the first 16 bits of binary32; 1 + 2^-8 is half way between two bfloat16.</summary>
    [Fact]
    public void The_bytes_are_those_of_the_formats_lowest_first()
    {
        float[] row = [1, -2, 65504, 1 + (1f / 256)];
        Assert.Equal([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0xE0, 0x7F, 0x47, 0, 0x80, 0x80, 0x3F], RowCodec.Encode(Rows.Set(4, ElementType.Float32), row));
        Assert.Equal([0, 0x3C, 0, 0xC0, 0xFF, 0x7B, 4, 0x3C], RowCodec.Encode(Rows.Set(4), row));
        Assert.Equal([0x80, 0x3F, 0, 0xC0, 0x80, 0x47, 0x80, 0x3F], RowCodec.Encode(Rows.Set(4, ElementType.BFloat16), row));
    }

    /// <summary>Softmax of 0 and ln 3 is 1/4 and 3/4; ln 3 as binary16 is 0x3C65, which is 1.0986328.</summary>
    [Fact]
    public void A_top_k_row_is_class_and_logit_each_and_then_the_mass_left_out()
    {
        SoftTargetSet set = Rows.Set(2, ElementType.TopK, topK: 1);
        byte[] bytes = [1, 0, 0, 0, 0x65, 0x3C, 0, 0, 0x80, 0x3E];
        Assert.Equal(bytes, RowCodec.Encode(set, [0, MathF.Log(3)]));
        float[] back = new float[2];
        RowCodec.Decode(set, bytes, back);
        Assert.Equal(1.0986328f, back[1], 1e-6f);
        Assert.Equal(1.0986328f - 1.0986123f, back[0], 1e-6f);
    }

    /// <summary>A mass of 0 counts as 1e-12, one of 1 as 1 - 1e-12: ln(1e-12 / (1 - 1e-12)) = -27.631021.</summary>
    [Theory]
    [InlineData(0f, -27.631021f)]
    [InlineData(1f, 27.631021f)]
    public void A_top_k_row_without_or_with_all_the_mass_left_out_is_finite(float mass, float other)
    {
        SoftTargetSet set = Rows.Set(2, ElementType.TopK, topK: 1);
        byte[] bytes = [0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(mass)];
        float[] back = new float[2];
        RowCodec.Decode(set, bytes, back);
        Assert.Equal(0, back[0]);
        Assert.Equal(other, back[1], 4);
    }

    /// <summary>The others' mass of 1/2 is shared by two classes: each has exp(x) = (e^2 + e^1) / 2.</summary>
    [Fact]
    public void Several_kept_classes_count_together()
    {
        SoftTargetSet set = Rows.Set(4, ElementType.TopK, topK: 2);
        byte[] bytes = [3, 0, 0, 0, 0, 0x40, 1, 0, 0, 0, 0, 0x3C, 0, 0, 0, 0x3F];
        float[] back = new float[4];
        RowCodec.Decode(set, bytes, back);
        Assert.Equal((1f, 2f), (back[1], back[3]));
        double shared = Math.Log((Math.Exp(2) + Math.Exp(1)) / 2);
        Assert.Equal(shared, back[0], 5);
        Assert.Equal(shared, back[2], 5);
    }

    private static float[] RoundTrip(SoftTargetSet set, float[] rows)
    {
        byte[] bytes = RowCodec.Encode(set, rows);
        Assert.Equal(rows.Length / set.Width * set.RowBytes, bytes.Length);
        float[] back = new float[rows.Length];
        RowCodec.Decode(set, bytes, back);
        return back;
    }

    /// <summary>Finite numbers with random bits, none beyond bfloat16.</summary>
    private static float[] Numbers(int count, Func<uint, float> of)
    {
        var random = new Random(11);
        return [.. Enumerable.Repeat(0, int.MaxValue).Select(_ => of((uint)random.NextInt64(1L << 32))).Where(x => MathF.Abs(x) < 3e38f).Take(count)];
    }
}

internal static class HalfExtensions
{
    public static float RoundedToHalf(this float x) => (float)(Half)x;
}
