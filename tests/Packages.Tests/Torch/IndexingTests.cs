using TorchSharp;
using static KdCluster.Tests.Torch.ArithmeticTests;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

/// <summary>All forms of indexing, read and written, against the same by hand.</summary>
public sealed class IndexingTests : TorchTest
{
    private readonly Tensor _x = arange(24).to_type(float32).reshape(2, 3, 4);

    [Fact]
    public void Places_and_slices()
    {
        Equal([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], _x[1]);
        Equal([20, 21, 22, 23], _x[1, 2]);
        Equal([23], _x[1, 2, 3]);
        Equal([23], _x[-1, -1, -1]);
        Equal([1, 5, 9, 13, 17, 21], _x[TensorIndex.Colon, TensorIndex.Colon, 1]);
        Equal([4, 5, 6, 7, 8, 9, 10, 11], _x[0, 1..]);
        Equal([0, 1, 2, 3, 4, 5, 6, 7], _x[0, ..^1]);
        Equal([1, 2], _x[0, 0, 1..3]);
        Equal([0, 2], _x[0, 0, TensorIndex.Slice(step: 2)]);
        Equal([3, 7, 11, 15, 19, 23], _x[TensorIndex.Ellipsis, 3]);
        Equal([11], _x[0, ^1, ^1]);
        Assert.Equal([2, 1, 3, 4], _x[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([2, 3, 4, 1], _x[TensorIndex.Ellipsis, TensorIndex.Null].shape);
        Assert.Equal([2, 0, 4], _x[TensorIndex.Colon, 1..1].shape);
    }

    [Fact]
    public void A_slice_shares_memory_and_a_list_does_not()
    {
        _x[0, 0].fill_(-1);
        Assert.Equal(-1, _x[0, 0, 2].ToSingle());
        _x[tensor(new long[] { 1 })].fill_(-2);
        Assert.Equal(12, _x[1, 0, 0].ToSingle());
    }

    [Fact]
    public void Tensors_of_places_and_of_booleans()
    {
        var rows = tensor(new long[] { 1, 0, 1 });
        var columns = tensor(new long[] { 2, 0, 1 });
        Equal([20, 21, 22, 23, 0, 1, 2, 3, 16, 17, 18, 19], _x[rows, columns]);
        Equal([20, 0, 16], _x[TensorIndex.Tensor(rows), TensorIndex.Tensor(columns), 0]);
        Equal([8, 0, 4], _x[0, TensorIndex.Tensor(columns), 0]);
        Equal([6, 4, 5, 18, 16, 17], _x[TensorIndex.Colon, 1, TensorIndex.Tensor(columns)]);
        Equal([6, 7, 18, 19], _x[TensorIndex.Ellipsis, 1, 2..]);
        Equal([2, 0, 1, 14, 12, 13], _x[TensorIndex.Colon, ..1, TensorIndex.Tensor(columns)]);
        Equal([21, 22, 23], _x[_x > 20]);
        Equal([12, 13, 14, 15, 20, 21, 22, 23], _x[1, TensorIndex.Tensor(tensor(new[] { true, false, true }))]);
        Assert.Equal([3, 2, 4], _x[TensorIndex.Tensor(rows), TensorIndex.Slice(0, 2)].shape);
        Assert.Equal([1, 3, 3, 4], _x[TensorIndex.None, TensorIndex.Tensor(rows)].shape);
        // An index list on both sides of a slice moves its dimension to the front.
        Assert.Equal([3, 3], _x[TensorIndex.Tensor(rows), TensorIndex.Colon, TensorIndex.Tensor(columns)].shape);
        Assert.Equal([3, 2, 4], _x[TensorIndex.Tensor(rows), 1..].shape);
    }

    [Fact]
    public void Writing()
    {
        _x[0, 0] = zeros(4);
        _x[1, 2, 3] = tensor(-1f);
        _x[0, 1..3, 0] = tensor(new float[] { 100, 200 });
        Equal([0, 0, 0, 0, 100, 5, 6, 7, 200, 9, 10, 11], _x[0]);
        Assert.Equal(-1, _x[1, 2, 3].ToSingle());
        _x[_x > 50] = tensor(7f);
        Equal([7, 7], _x[0, 1..3, 0]);
        _x[TensorIndex.Tensor(tensor(new long[] { 1, 0 })), TensorIndex.Colon, 1] = tensor(new float[] { 50, 60 }).unsqueeze(1);
        Equal([60, 60, 60, 50, 50, 50], _x[TensorIndex.Colon, TensorIndex.Colon, 1]);
        _x[TensorIndex.Ellipsis, 0] = tensor(0f);
        Assert.Equal(0, _x[TensorIndex.Ellipsis, 0].abs().sum().ToSingle());
        var sum = zeros(3);
        sum.index_put_(ones(4), [tensor(new long[] { 0, 2, 2, 2 })], accumulate: true);
        Equal([1, 0, 3], sum);
    }

    [Fact]
    public void Gradients_go_through()
    {
        var x = arange(6).to_type(float32).reshape(2, 3).requires_grad_();
        (x[TensorIndex.Tensor(tensor(new long[] { 0, 0, 1 })), 1..] * 2).sum().backward();
        Equal([0, 4, 4, 0, 2, 2], x.grad!);
    }

    [Fact]
    public void Selecting_and_scattering()
    {
        var x = _x[0];
        Equal([8, 9, 10, 11, 0, 1, 2, 3], x.index_select(0, tensor(new long[] { 2, 0 })));
        Equal([1, 4, 11], x.gather(1, tensor(new long[] { 1, 0, 3 }).unsqueeze(1)));
        Equal([0, 1, 0, 1, 0, 0], zeros(3, 2).scatter_(1, tensor(new long[] { 1, 1, 0 }).unsqueeze(1), tensor(new float[] { 1, 1, 0 }).unsqueeze(1)));
        Equal([3, 0, 7], zeros(3).scatter_add(0, tensor(new long[] { 0, 2, 0, 2 }), tensor(new float[] { 1, 3, 2, 4 })));
        Equal([0, 9, 9, 9], x[0].masked_fill(x[0] > 0, 9));
        Equal([2, 3], x[0].masked_select(x[0] > 1));
        Equal([-1, -1, 2, 3], torch.where(x[0] > 1, x[0], -ones(4)));
        Equal([5, 6], x.narrow(0, 1, 1).narrow(1, 1, 2));
        Equal([4, 6], x.select(0, 1).slice(0, 0, 4, 2));
        Equal([2, 3], (x[0] > 1).nonzero());
    }
}
