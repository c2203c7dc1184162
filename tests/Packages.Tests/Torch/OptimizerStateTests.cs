using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

/// <summary>An optimizer that is saved and restored goes on with the same bytes.</summary>
public sealed class OptimizerStateTests : TorchTest
{
    [Theory]
    [InlineData("stream")]
    [InlineData("tensors")]
    public void Adam_resumes_byte_for_byte(string how) => Resumes(how, m => optim.Adam(m.parameters(), lr: 0.02, weight_decay: 0.1));

    [Theory]
    [InlineData("stream")]
    [InlineData("tensors")]
    public void AdamW_resumes_byte_for_byte(string how) => Resumes(how, m => optim.AdamW(m.parameters(), lr: 0.02, weight_decay: 0.1));

    [Fact]
    public void Sgd_resumes_byte_for_byte() => Resumes("stream", m => optim.SGD(m.parameters(), 0.02, momentum: 0.9));

    [Fact]
    public void States_come_in_the_order_of_the_parameters()
    {
        using var model = OptimizerTests.Model();
        using var optimizer = optim.Adam(model.parameters());
        var states = optimizer.state_dict();
        Assert.Equal(model.parameters().Select(p => p.shape), states.State.Select(s => ((Adam.State)s).exp_avg.shape));
        Assert.Single(states.Options);
        Assert.Equal([0, 1, 2, 3], Assert.Single(states.StateIndexRef));
    }

    [Fact]
    public void Another_kinds_state_is_refused()
    {
        using var model = OptimizerTests.Model();
        using var adam = optim.Adam(model.parameters());
        using var sgd = optim.SGD(model.parameters(), 0.1);
        using var stream = new MemoryStream();
        adam.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        Assert.ThrowsAny<Exception>(() => sgd.load_state_dict(new BinaryReader(stream)));
    }

    private static void Resumes(string how, Func<Sequential, OptimizerHelper> make)
    {
        using var straight = OptimizerTests.Model();
        using var resumed = OptimizerTests.Model();
        using var one = make(straight);
        using var first = make(resumed);
        for (int i = 0; i < 10; i++)
            OptimizerTests.Step(straight, one);
        for (int i = 0; i < 5; i++)
            OptimizerTests.Step(resumed, first);

        using var second = make(resumed);
        if (how == "stream")
        {
            using var stream = new MemoryStream();
            first.save_state_dict(new BinaryWriter(stream));
            stream.Position = 0;
            second.load_state_dict(new BinaryReader(stream));
        }
        else
        {
            Copy(first, second);
        }

        for (int i = 0; i < 5; i++)
            OptimizerTests.Step(resumed, second);
        foreach (var (a, b) in straight.parameters().Zip(resumed.parameters()))
            Assert.Equal(a.detach().bytes.ToArray(), b.detach().bytes.ToArray());
    }

    /// <summary>By hand, as a checkpoint of its own format does: the states are live.</summary>
    private static void Copy(OptimizerHelper from, OptimizerHelper to)
    {
        using var no = no_grad();
        foreach (var (a, b) in from.state_dict().State.Zip(to.state_dict().State))
        {
            OptimizerTests.Moments(b).First.copy_(OptimizerTests.Moments(a).First);
            OptimizerTests.Moments(b).Second.copy_(OptimizerTests.Moments(a).Second);
            if (b is Adam.State adam)
                adam.step = ((Adam.State)a).step;
            else
                ((AdamW.State)b).step = ((AdamW.State)a).step;
        }
    }
}
