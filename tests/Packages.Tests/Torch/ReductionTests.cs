using TorchSharp;
using static KdCluster.Tests.Torch.ArithmeticTests;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

public sealed class ReductionTests : TorchTest
{
    private readonly Tensor _x = tensor(new float[,] { { 3, 1, 2 }, { 6, 5, 4 } });

    [Fact]
    public void Sums_means_and_spreads()
    {
        Assert.Equal(21, _x.sum().ToSingle());
        Equal([9, 6, 6], _x.sum(0L));
        Assert.Equal([2, 1], _x.sum(1L, keepdim: true).shape);
        Equal([6, 15], _x.sum([1]));
        Assert.Equal(float64, _x.sum(0L, type: float64).dtype);
        Assert.Equal(3.5f, _x.mean().ToSingle());
        Equal([2, 5], _x.mean([1]));
        Equal([1, 1], _x.std(1));
        Equal([2f / 3, 2f / 3], _x.var(1, unbiased: false));
        Assert.Equal(1.870829f, _x.std().ToSingle(), 1e-5f);
        Assert.Equal(720, _x.prod().ToSingle());
        Assert.Equal(MathF.Sqrt(91), _x.norm().ToSingle(), 1e-5f);
        Assert.Equal(21, _x.norm(1f).ToSingle());
        Equal([3, 4, 6], _x[0].cumsum(0));
    }

    [Fact]
    public void Extremes_and_orders()
    {
        Assert.Equal(6, _x.max().ToSingle());
        Assert.Equal(1, _x.min().ToSingle());
        var (values, places) = _x.max(1);
        Equal([3, 6], values);
        Equal([0, 0], places);
        Equal([1, 4], _x.min(1).values);
        Equal([6, 5, 4], _x.amax([0]));
        Assert.Equal([2, 1], _x.amax([1], keepdim: true).shape);
        Equal([0, 0], _x.argmax(1));
        Assert.Equal(3, _x.argmax().ToInt64());
        Equal([1, 2, 0], _x[0].argsort());
        var (sorted, order) = _x[0].sort(descending: true);
        Equal([3, 2, 1], sorted);
        Equal([0, 2, 1], order);
        var (top, at) = _x.topk(2, 1);
        Equal([3, 2, 6, 5], top);
        Equal([0, 2, 0, 1], at);
        Assert.True((_x > 5).any().ToBoolean());
        Assert.False((_x > 5).all().ToBoolean());
        Equal([0, 1], (_x > 3).all(1));
        Equal([0, 2, 1], tensor(new long[] { 1, 2, 1 }).bincount(null));
    }
}
