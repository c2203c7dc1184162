using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

public sealed class ArithmeticTests : TorchTest
{
    [Fact]
    public void Operators_with_tensors_and_numbers()
    {
        var a = tensor(new float[] { 1, 2, 3 });
        var b = tensor(new float[] { 4, 5, 6 });
        Equal([5, 7, 9], a + b);
        Equal([-3, -3, -3], a - b);
        Equal([4, 10, 18], a * b);
        Equal([4, 2.5f, 2], b / a);
        Equal([3, 4, 5], a + 2);
        Equal([3, 4, 5], 2 + a);
        Equal([1, 0, -1], 2 - a);
        Equal([0.5f, 1, 1.5f], a * 0.5);
        Equal([0.5f, 1, 1.5f], a / 2);
        Equal([6, 3, 2], 6 / a);
        Equal([-1, -2, -3], -a);
        Equal([1, 0, 1], a % 2);
    }

    [Fact]
    public void In_place_gives_the_same_object()
    {
        var x = tensor(new float[] { 1, 2 });
        Assert.Same(x, x.add_(1).mul_(2).sub_(tensor(new float[] { 1, 1 })).div_(2));
        Equal([1.5f, 2.5f], x);
        Assert.Same(x, x.copy_(tensor(new double[] { 3, 4 })));
        Equal([3, 4], x);
        Assert.Equal(float32, x.dtype);
        Equal([5, 8], x.add_(tensor(new float[] { 1, 2 }), 2));
        Equal([7, 10], x.addcmul_(tensor(new float[] { 1, 1 }), tensor(new float[] { 4, 4 }), 0.5));
        Equal([6, 9], x.addcdiv_(tensor(new float[] { 4, 4 }), tensor(new float[] { 2, 2 }), -0.5));
        Equal([6, 8], x.clamp_(0, 8));
        Equal([2, 2], x.fill_(2));
        x.zero_();
        Equal([0, 0], x);
    }

    [Fact]
    public void Whole_numbers_stay_whole_and_mix_as_in_PyTorch()
    {
        var i = tensor(new long[] { 1, 2 });
        var f = tensor(new float[] { 1, 2 });
        var b = tensor(new[] { true, false });
        Assert.Equal(int64, (i + 1).dtype);
        Assert.Equal(float32, (i + 1.5).dtype);
        Assert.Equal(float32, (i * f).dtype);
        Assert.Equal(float32, (i / 2).dtype);
        Assert.Equal(int64, i.div(2, RoundingMode.floor).dtype);
        Assert.Equal(int64, (b + i).dtype);
        Assert.Equal(int64, b.sum().dtype);
        Assert.Equal(float64, (f + tensor(new double[] { 1, 2 })).dtype);
        Assert.Equal(float32, (f * 2.0).dtype);
        Assert.Equal(bfloat16, (f.bfloat16() * 2).dtype);
        Assert.Equal(float16, (f.half() + 1).dtype);
        Assert.Equal(int32, (tensor(new[] { 1, 2 }) * 3).dtype);
        Assert.Equal(int64, arange(3).dtype);
        Assert.Equal(float32, arange(0, 1, 0.5).dtype);
        Assert.Equal(int64, full([2], 3).dtype);
        Assert.Equal(float32, full([2], 3.5).dtype);
    }

    [Fact]
    public void Comparisons_and_logic()
    {
        var a = tensor(new float[] { 1, 2, 3 });
        var b = tensor(new float[] { 3, 2, 1 });
        Equal([0, 1, 0], a == b);
        Equal([1, 0, 1], a != b);
        Equal([1, 0, 0], a < b);
        Equal([1, 1, 0], a <= b);
        Equal([0, 0, 1], a > 2);
        Equal([0, 1, 1], a >= 2);
        Equal([0, 1, 0], a.eq(2));
        Equal([1, 0, 1], a.ne(2));
        Equal([0, 0, 1], (a > 1) & (b < 2));
        Equal([1, 1, 1], (a > 1) | (b > 1));
        Equal([1, 0, 0], ~(a > 1));
        Equal([0, 0, 1], (a > 1).logical_and(b < 2));
        Equal([1, 0, 0], (a > 1).logical_not());
        Assert.Equal(@bool, (a > 1).dtype);
        Assert.True(a.allclose(a + 1e-9));
        Assert.False(a.allclose(b));
        var odd = tensor(new[] { float.NaN, float.PositiveInfinity, 1 });
        Equal([1, 0, 0], odd.isnan());
        Equal([0, 0, 1], odd.isfinite());
        Equal([0, 1, 0], odd.isinf());
    }

    [Fact]
    public void Functions_by_element()
    {
        var x = tensor(new float[] { 0.25f, 1, 4 });
        Equal([0.5f, 1, 2], x.sqrt());
        Equal([2, 1, 0.5f], x.rsqrt());
        Equal([0.0625f, 1, 16], x.pow(2));
        Equal([0.0625f, 1, 16], x.square());
        Equal([4, 1, 0.25f], x.reciprocal());
        Near(MathF.Log(4), x.log()[2]);
        Near(MathF.Log(5), x.log1p()[2]);
        Near(MathF.Exp(4), x.exp()[2]);
        Near(MathF.Tanh(4), x.tanh()[2]);
        Near(1 / (1 + MathF.Exp(-4)), x.sigmoid()[2]);
        Equal([0, 0, 2], (x - 2).relu());
        Equal([1.75f, 1, 2], (x - 2).abs());
        Equal([1, 1, 2], x.clamp(1, 2));
        Equal([1, 1, 4], x.clamp(min: 1));
        Equal([1, 1, 4], x.maximum(ones(3)));
        Equal([0, 1, 4], x.floor());
        Equal([1, 1, 4], x.ceil());
        Equal([-1, 0, 1], (x - 1).sign());
        Near(3.9998729f, x.gelu()[2]);
        Equal([0.25f, 0.25f, 0.25f, 0.25f], zeros(4).softmax(0));
        Near(MathF.Log(0.25f), zeros(4).log_softmax(0)[0]);
        Near(MathF.Log(3), zeros(3).logsumexp(0));
    }

    [Fact]
    public void Matrices()
    {
        var a = arange(6).to_type(float32).reshape(2, 3);
        var b = arange(6).to_type(float32).reshape(3, 2);
        Equal([10, 13, 28, 40], matmul(a, b));
        Equal([10, 13, 28, 40], a.mm(b));
        Equal([10, 13, 28, 40], a.unsqueeze(0).bmm(b.unsqueeze(0)));
        Assert.Equal(5, a[0].dot(a[0]).ToSingle());
        Equal([0, 3, 1, 4, 2, 5], a.t());
        Equal([10, 13, 28, 40], einsum("ij,jk->ik", a, b));
        Equal([0, 0, 0, 0, 1, 2, 0, 2, 4], a[0].outer(a[0]));
    }

    internal static void Equal(float[] expected, Tensor actual)
    {
        float[] values = Fixture.Floats(actual.detach());
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-6f);
    }

    private static void Near(float expected, Tensor actual) => Assert.Equal(expected, actual.ToSingle(), 1e-5f);
}
