using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Tests.Torch;

/// <summary>Every optimizer over ten steps: losses, parameters and moments, as PyTorch has them.</summary>
public sealed class OptimizerTests : TorchTest
{
    private static readonly JsonElement s_fixture = Fixture.Read("optimizers.json");

    private static readonly Dictionary<string, Func<Sequential, OptimizerHelper>> s_optimizers = new()
    {
        ["adam"] = m => optim.Adam(m.parameters(), lr: 0.01),
        ["adam_decay"] = m => optim.Adam(m.parameters(), 0.02, 0.8, 0.99, 1e-6, 0.1),
        ["adam_amsgrad"] = m => optim.Adam(m.parameters(), lr: 0.05, amsgrad: true),
        ["adamw"] = m => optim.AdamW(m.parameters(), lr: 0.01, weight_decay: 0.1),
        ["adamw_groups"] = m => optim.AdamW([
            new AdamW.ParamGroup(Named(m, "weight"), new AdamW.Options { weight_decay = 0.3, LearningRate = 0.02 }),
            new AdamW.ParamGroup(Named(m, "bias"), new AdamW.Options { weight_decay = 0.0, LearningRate = 0.001 })]),
        ["adam_maximize"] = m => optim.Adam(m.parameters(), lr: 0.01, maximize: true),
        ["sgd"] = m => optim.SGD(m.parameters(), 0.1),
        ["sgd_momentum"] = m => optim.SGD(m.parameters(), 0.05, momentum: 0.9, dampening: 0.1, weight_decay: 0.01),
        ["sgd_nesterov"] = m => optim.SGD(m.parameters(), 0.05, momentum: 0.9, nesterov: true),
        ["adam_clipped"] = m => optim.Adam(m.parameters(), lr: 0.01),
    };

    public static TheoryData<string> Names => [.. s_optimizers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_optimizer_is_PyTorchs(string name)
    {
        var wanted = s_fixture.GetProperty("cases").GetProperty(name);
        using var model = Model();
        using var optimizer = s_optimizers[name](model);
        for (int i = 0; i < 10; i++)
        {
            float loss = Step(model, optimizer, () =>
            {
                if (name == "adam_clipped")
                    Assert.Equal(wanted.GetProperty("norms")[i].GetDouble(), nn.utils.clip_grad_norm_(model.parameters(), 0.3), 1e-5);
            });
            Assert.Equal(wanted.GetProperty("losses")[i].GetDouble(), loss, 1e-5);
        }

        Fixture.SameAll(wanted.GetProperty("after"), model.state_dict(), "after");
        if (!wanted.TryGetProperty("exp_avg", out var moments) || name == "adamw_groups")
            return;
        var names = model.named_parameters().Select(p => p.name).ToArray();
        var states = optimizer.state_dict().State;
        Assert.Equal(names.Length, states.Count);
        for (int i = 0; i < names.Length; i++)
        {
            Fixture.Same(moments.GetProperty(names[i]), Moments(states[i]).First, $"exp_avg of {names[i]}");
            Fixture.Same(wanted.GetProperty("exp_avg_sq").GetProperty(names[i]), Moments(states[i]).Second, $"exp_avg_sq of {names[i]}");
        }
    }

    [Fact]
    public void A_parameter_without_gradient_is_left_alone()
    {
        using var model = Model();
        using var optimizer = optim.Adam(model.parameters(), lr: 0.1, weight_decay: 0.5);
        var first = model.parameters().First();
        var before = first.detach().clone();
        model.parameters().Last().grad = ones(2);
        optimizer.step();
        Assert.True(before.allclose(first));
        var states = optimizer.state_dict().State;
        Assert.Equal(0, ((Adam.State)states[0]).step);
        Assert.Equal(1, ((Adam.State)states[^1]).step);
    }

    [Fact]
    public void Zero_grad_fills_with_zeros_and_the_modules_drops()
    {
        using var model = Model();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        Step(model, optimizer);
        optimizer.zero_grad();
        Assert.All(model.parameters(), p => Assert.Equal(0, p.grad!.abs().sum().ToSingle()));
        model.zero_grad();
        Assert.All(model.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void A_groups_rate_can_be_changed()
    {
        using var model = Model();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = 0;
        var before = model.parameters().First().detach().clone();
        Step(model, optimizer);
        Assert.True(before.allclose(model.parameters().First(), 0, 0));
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        using var model = Model();
        Assert.Throws<ArgumentException>(() => optim.Adam(model.parameters(), lr: -1));
        Assert.Throws<ArgumentException>(() => optim.Adam(model.parameters(), beta1: 1));
        Assert.Throws<ArgumentException>(() => optim.AdamW(model.parameters(), weight_decay: -1));
    }

    internal static Sequential Model()
    {
        var model = Sequential(Linear(4, 8), nn.Tanh(), Linear(8, 2));
        model.load_state_dict(Fixture.Tensors(s_fixture.GetProperty("before")));
        return model;
    }

    internal static float Step(Sequential model, optim.Optimizer optimizer, Action? before = null)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = functional.mse_loss(model.call(Fixture.Tensor(s_fixture.GetProperty("x"))), Fixture.Tensor(s_fixture.GetProperty("y")));
        loss.backward();
        before?.Invoke();
        optimizer.step();
        return loss.ToSingle();
    }

    internal static (Tensor First, Tensor Second) Moments(OptimizerState state) => state switch
    {
        Adam.State s => (s.exp_avg, s.exp_avg_sq),
        AdamW.State s => (s.exp_avg, s.exp_avg_sq),
        _ => throw new ArgumentException(state.GetType().Name),
    };

    private static Parameter[] Named(Sequential m, string end) => [.. m.named_parameters().Where(p => p.name.EndsWith(end)).Select(p => p.parameter)];
}
