using TorchSharp;
using static KdCluster.Tests.Torch.ArithmeticTests;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace KdCluster.Tests.Torch;

public sealed class ShapeTests : TorchTest
{
    private readonly Tensor _x = arange(6).to_type(float32).reshape(2, 3);

    [Fact]
    public void Views_and_copies()
    {
        Assert.Equal([3, 2], _x.view(3, 2).shape);
        Assert.Equal([6], _x.view(-1).shape);
        Equal([0, 3, 1, 4, 2, 5], _x.transpose(0, 1));
        Assert.False(_x.transpose(0, 1).is_contiguous());
        Assert.True(_x.transpose(0, 1).contiguous().is_contiguous());
        Assert.Equal([3, 1, 2], _x.unsqueeze(1).permute(2, 1, 0).shape);
        Assert.Equal([2, 3], _x.unsqueeze(0).squeeze().shape);
        Assert.Equal([2, 3], _x.unsqueeze(0).squeeze(0).shape);
        Assert.Equal([6], _x.flatten().shape);
        Assert.Equal([2, 2, 3], _x.expand(2, 2, 3).shape);
        Equal([0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5], _x.repeat(1, 2));
        Equal([0, 0, 1, 1, 2, 2], _x[0].repeat_interleave(2));
        Equal([2, 1, 0, 5, 4, 3], _x.flip(1));
        Assert.Equal(6, _x.numel());
        Assert.Equal(2, _x.dim());
        Assert.Equal(3, _x.size(-1));
        Assert.Equal([3, 1], _x.stride());
    }

    [Fact]
    public void Joining_and_cutting()
    {
        Equal([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5], cat([_x, _x]));
        Assert.Equal([2, 6], cat([_x, _x], 1).shape);
        Assert.Equal([2, 2, 3], stack([_x, _x]).shape);
        Assert.Equal([2, 1], _x.chunk(3, 1)[1].shape);
        Assert.Equal([[2, 2], [2, 1]], _x.split(2, 1).Select(t => t.shape));
        Assert.Equal([[2, 1], [2, 2]], _x.split([1, 2], 1).Select(t => t.shape));
        Equal([3, 4, 5], _x.unbind()[1]);
        Assert.Equal(200, cat([.. Enumerable.Range(0, 200).Select(_ => ones(1))]).sum().ToInt32());
    }

    [Fact]
    public void Triangles_ones_and_padding()
    {
        Equal([1, 0, 1, 1], ones(2, 2).tril());
        Equal([1, 1, 0, 1], ones(2, 2).triu());
        Equal([0, 1, 1, 0], F.one_hot(tensor(new long[] { 1, 0 }), 2));
        Equal([1, 0, 0, 1], eye(2));
        Equal([9, 0, 1, 2, 9, 9], F.pad(_x[0], [1, 2], PaddingModes.Constant, 9));
        Equal([0, 0.5f, 1], linspace(0, 1, 3));
        Equal([1, 3, 5], arange(1, 6, 2));
    }

    [Fact]
    public void Attention_is_the_product_of_its_parts()
    {
        var q = randn(2, 2, 3, 4);
        var k = randn(2, 2, 5, 4);
        var v = randn(2, 2, 5, 4);
        var wanted = (q.matmul(k.transpose(-2, -1)) / 2).softmax(-1).matmul(v);
        Assert.True(wanted.allclose(F.scaled_dot_product_attention(q, k, v), 1e-5, 1e-6));
        var masked = ones([3, 5], @bool);
        masked[TensorIndex.Colon, 4] = tensor(false);
        var shorter = (q.matmul(k.transpose(-2, -1)) / 2)[TensorIndex.Ellipsis, ..4].softmax(-1).matmul(v[TensorIndex.Ellipsis, ..4, TensorIndex.Colon]);
        Assert.True(shorter.allclose(F.scaled_dot_product_attention(q, k, v, masked), 1e-5, 1e-6));
    }
}
