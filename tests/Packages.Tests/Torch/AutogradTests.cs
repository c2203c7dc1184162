using System.Runtime.InteropServices;
using TorchSharp;
using static KdCluster.Tests.Torch.ArithmeticTests;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

public sealed class AutogradTests : TorchTest
{
    [Fact]
    public void Gradients_add_up_until_they_are_cleared()
    {
        var x = tensor(new float[] { 1, 2 }, requires_grad: true);
        (x * x).sum().backward();
        (x * x).sum().backward();
        Equal([4, 8], x.grad!);
        x.grad = null;
        Assert.Null(x.grad);
        x.grad = ones(2);
        Equal([1, 1], x.grad!);
    }

    [Fact]
    public void A_gradient_of_a_gradient()
    {
        var x = tensor(new float[] { 2 }, requires_grad: true);
        var first = autograd.grad([x.pow(3)], [x], retain_graph: true, create_graph: true)[0];
        Equal([12], first);
        var second = autograd.grad([first], [x])[0];
        Equal([12], second);
    }

    [Fact]
    public void Chosen_outputs_and_gradients()
    {
        var x = tensor(new float[] { 1, 2 }, requires_grad: true);
        var y = tensor(new float[] { 3, 4 }, requires_grad: true);
        var g = autograd.grad([x * y], [x, y], grad_outputs: [tensor(new float[] { 1, 10 })]);
        Equal([3, 40], g[0]);
        Equal([1, 20], g[1]);
        (x * 2).backward([tensor(new float[] { 1, 5 })]);
        Equal([2, 10], x.grad!);
    }

    [Fact]
    public void What_needs_no_gradient_gets_none()
    {
        var x = ones(2).requires_grad_();
        Assert.True(x.is_leaf);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
                Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }

        Assert.True((x * 2).requires_grad);
        Assert.False((x * 2).is_leaf);
        Assert.False((x * 2).detach().requires_grad);
        using (inference_mode())
            Assert.False((x * 2).requires_grad);
        using (set_grad_enabled(false))
            Assert.False((x * 2).requires_grad);
    }

    [Fact]
    public void Modes_end_with_an_exception_too()
    {
        Assert.Throws<InvalidOperationException>((Action)(() =>
        {
            using var no = no_grad();
            throw new InvalidOperationException();
        }));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_graph_is_walked_once_unless_kept()
    {
        var x = ones(2).requires_grad_();
        var y = (x * x).sum();
        y.backward(retain_graph: true);
        y.backward();
        Equal([4, 4], x.grad!);
        Assert.Throws<ExternalException>(() => y.backward());
    }

    [Fact]
    public void A_changed_leaf_is_refused()
    {
        var x = ones(2).requires_grad_();
        Assert.Throws<ExternalException>(() => x.add_(1));
        using (no_grad())
            x.add_(1);
        Equal([2, 2], x);
    }
}
