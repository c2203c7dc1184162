using System.Buffers.Binary;
using KdCluster.SoftTargets;
using KdCluster.Tests.Fixtures;

namespace KdCluster.Tests.Codec;

/// <summary>Rows of another process: what no encoder makes is found, whatever stands beside it.</summary>
public sealed class RowCheckTests
{
    private const int Width = 5;

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.TopK)]
    public void What_an_encoder_made_is_good(ElementType element)
    {
        SoftTargetSet set = Set(element);
        float largest = element switch { ElementType.Float32 => float.MaxValue, ElementType.BFloat16 => BitConverter.UInt32BitsToSingle(0x7F7F0000), _ => 65504 };
        Assert.Equal(-1, RowCheck.FirstBad(set, RowCodec.Encode(set, [0, 1, -1, 0.5f, 2, largest, -largest, float.Epsilon, -0f, 3])));
        Assert.Equal(-1, RowCheck.FirstBad(set, []));
    }

    [Theory]
    [InlineData(ElementType.Float32, 0x7F800000u)]
    [InlineData(ElementType.Float32, 0xFF800000u)]
    [InlineData(ElementType.Float32, 0x7F800001u)]
    [InlineData(ElementType.Float16, 0x7C00u)]
    [InlineData(ElementType.Float16, 0xFC00u)]
    [InlineData(ElementType.Float16, 0x7C01u)]
    [InlineData(ElementType.BFloat16, 0x7F80u)]
    [InlineData(ElementType.BFloat16, 0xFF80u)]
    [InlineData(ElementType.BFloat16, 0xFFC0u)]
    public void A_number_that_is_not_finite_is_found_wherever_it_stands(ElementType element, uint bits)
    {
        SoftTargetSet set = Set(element);
        int size = set.RowBytes / Width;
        for (int at = 0; at < 3 * Width; at++)
        {
            byte[] bytes = RowCodec.Encode(set, [.. Enumerable.Range(0, 3 * Width).Select(i => 1f + i)]);
            byte[] number = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(number, bits);
            number.AsSpan(0, size).CopyTo(bytes.AsSpan(at * size));
            Assert.Equal(at / Width, RowCheck.FirstBad(set, bytes));
        }
    }

    [Theory]
    [InlineData(0, 1, 0f, true)]
    [InlineData(4, 3, 1f, true)]
    [InlineData(0, 0, 0f, false)]
    [InlineData(5, 1, 0f, false)]
    [InlineData(-1, 1, 0f, false)]
    [InlineData(0, 5, 0f, false)]
    [InlineData(0, 1, -0.01f, false)]
    [InlineData(0, 1, 1.01f, false)]
    [InlineData(0, 1, float.NaN, false)]
    public void A_top_k_row_has_different_classes_and_a_mass_of_0_to_1(int first, int second, float mass, bool good) =>
        Assert.Equal(good ? -1 : 1, RowCheck.FirstBad(Set(ElementType.TopK), [.. TopK(2, 3, 0.5f, 1), .. TopK(first, second, mass, 1)]));

    [Fact]
    public void A_top_k_row_has_finite_values() => Assert.Equal(0, RowCheck.FirstBad(Set(ElementType.TopK), TopK(0, 1, 0, float.PositiveInfinity)));

    private static SoftTargetSet Set(ElementType element) => Rows.Set(Width, element, topK: element == ElementType.TopK ? 2 : 0);

    private static byte[] TopK(int first, int second, float mass, float value)
    {
        byte[] row = new byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(row, first);
        BinaryPrimitives.WriteHalfLittleEndian(row.AsSpan(4), (Half)2);
        BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(6), second);
        BinaryPrimitives.WriteHalfLittleEndian(row.AsSpan(10), (Half)value);
        BinaryPrimitives.WriteSingleLittleEndian(row.AsSpan(12), mass);
        return row;
    }
}
