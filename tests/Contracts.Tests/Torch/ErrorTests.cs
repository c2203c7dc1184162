using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

/// <summary>A mistake inside libtorch is an exception with its message, and the process goes on.</summary>
public sealed class ErrorTests : TorchTest
{
    [Fact]
    public void Shapes_that_do_not_fit()
    {
        Assert.Contains("must match", Assert.Throws<ExternalException>(() => ones(2) + ones(3)).Message);
        Assert.Contains("cannot be multiplied", Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(2, 3))).Message);
        Assert.Throws<ExternalException>(() => ones(6).view(4, 2));
        Assert.Throws<ExternalException>(() => cat([ones(2, 2), ones(3, 3)], 0));
        Assert.Equal(4, (ones(2) * 2).sum().ToSingle());
    }

    [Fact]
    public void Places_that_are_not_there()
    {
        Assert.ThrowsAny<Exception>(() => ones(2)[5]);
        Assert.Throws<ExternalException>(() => ones(2).index_select(0, tensor(new long[] { 7 })));
        Assert.Throws<ExternalException>(() => nn.functional.cross_entropy(ones(2, 3), tensor(new long[] { 0, 9 })));
        using var embedding = nn.Embedding(3, 2);
        Assert.Throws<ExternalException>(() => embedding.call(tensor(new long[] { 3 })));
    }

    [Fact]
    public void Gradients_that_do_not_exist()
    {
        Assert.Throws<ExternalException>(() => ones(2).sum().backward());
        Assert.Throws<ExternalException>(() => (ones(2).requires_grad_() * 2).backward());
    }

    [Fact]
    public void Messages_belong_to_their_thread()
    {
        var errors = new string[4];
        var threads = Enumerable.Range(0, errors.Length).Select(i => new Thread(() =>
        {
            for (int k = 0; k < 50; k++)
            {
                using var scope = NewDisposeScope();
                errors[i] = Assert.Throws<ExternalException>(() => ones(i + 2) + ones(i + 20)).Message;
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        for (int i = 0; i < errors.Length; i++)
            Assert.Contains($"({i + 2})", errors[i]);
    }
}
