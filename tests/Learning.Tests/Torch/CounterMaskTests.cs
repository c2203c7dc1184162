using KdCluster.Learning.Torch;
using KdCluster.Tests.Models;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

public sealed class CounterMaskTests : TensorScope
{
    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0.5, long.MaxValue)]
    [InlineData(0.1, -5)]
    public void An_element_is_kept_where_SplitMix64_of_its_number_lies_below_the_share(double share, long key)
    {
        bool[] expected = [.. Enumerable.Range(0, 6000).Select(i => Mixed(unchecked((ulong)key + ((ulong)i * 0x9e3779b97f4a7c15))) < share)];

        using Tensor mask = CounterMask.Of([20, 30, 10], share, key, CPU);

        Assert.Equal([20, 30, 10], mask.shape);
        Assert.Equal(expected, mask.data<bool>().ToArray());
        Assert.InRange(expected.Average(kept => kept ? 1.0 : 0), share - 0.03, share + 0.03);
    }

    // As the paper has it, as a number from 0 to 1; without the last mixing, which the upper 31 bits do not notice. The device counts from the sign on.
    private static double Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return (z ^ (1UL << 63)) / Math.Pow(2, 64);
    }
}
