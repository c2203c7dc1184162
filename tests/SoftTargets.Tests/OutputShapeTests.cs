using KdCluster.SoftTargets;

namespace KdCluster.Tests;

public sealed class OutputShapeTests
{
    /// <summary>Against indices counted by hand: every number of the own row is that of the padded one at the same place.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(OutputShape.Length)]
    [InlineData(OutputShape.Length, 3)]
    [InlineData(2, OutputShape.Length, OutputShape.Length)]
    [InlineData(OutputShape.Length, 2, OutputShape.Length)]
    public void A_row_cropped_out_of_a_padded_one_has_its_numbers_and_pads_back(params int[] dimensions)
    {
        const int length = 3, padded = 5;
        OutputShape shape = new(dimensions);
        long[] large = shape.At(padded), small = shape.At(length);
        float[] whole = [.. Enumerable.Range(1, (int)shape.Size(padded)).Select(i => (float)i)], own = new float[shape.Size(length)];

        shape.Crop(whole, padded, length, own);

        float[] back = new float[whole.Length];
        shape.Pad(own, length, padded, back);
        for (int at = 0; at < own.Length; at++)
        {
            (int rest, int place, int step) = (at, 0, 1);
            for (int d = large.Length - 1; d >= 0; d--)
            {
                place += rest % (int)small[d] * step;
                (rest, step) = (rest / (int)small[d], step * (int)large[d]);
            }

            Assert.Equal(place + 1, own[at]);
            Assert.Equal(own[at], back[place]);
        }

        Assert.Equal(own.Length, back.Count(x => x != 0));
    }

    [Fact]
    public void Shapes_are_equal_by_their_dimensions_and_say_the_length_by_name()
    {
        OutputShape shape = new(2, OutputShape.Length);
        Assert.Equal(shape, new OutputShape(2, OutputShape.Length));
        Assert.NotEqual(shape, new OutputShape(OutputShape.Length, 2));
        Assert.Equal("[2, length]", shape.ToString());
        Assert.Equal((14, true, false), (shape.Size(7), shape.Varies, new OutputShape(2, 7).Varies));
        Assert.Throws<ArgumentException>(() => new OutputShape());
        Assert.Throws<ArgumentException>(() => new OutputShape(0));
        Assert.Throws<ArgumentException>(() => new OutputShape(-2));
    }
}
