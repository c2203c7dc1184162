using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace KdCluster.Tests.Torch;

/// <summary>Twenty learning rates of every scheduler, as PyTorch has them.</summary>
public sealed class SchedulerTests : TorchTest
{
    private static readonly Dictionary<string, Func<Optimizer, lr_scheduler.LRScheduler>> s_schedulers = new()
    {
        ["lambda"] = o => lr_scheduler.LambdaLR(o, e => Math.Min(1.0, (e + 1) / 5.0) * Math.Pow(0.95, e)),
        ["step"] = o => lr_scheduler.StepLR(o, 4, 0.5),
        ["multi_step"] = o => lr_scheduler.MultiStepLR(o, [3, 7, 12], 0.3),
        ["exponential"] = o => lr_scheduler.ExponentialLR(o, 0.9),
        ["cosine"] = o => lr_scheduler.CosineAnnealingLR(o, 10, 0.001),
        ["linear"] = o => lr_scheduler.LinearLR(o, 0.25, 1.0, 6),
        ["constant"] = o => lr_scheduler.ConstantLR(o, 0.5, 4),
    };

    public static TheoryData<string> Names => [.. s_schedulers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scheduler_is_PyTorchs(string name)
    {
        var wanted = Fixture.Read("schedulers.json").GetProperty(name);
        using var parameter = new Parameter(zeros(1));
        using var optimizer = SGD([parameter], 0.1);
        var scheduler = s_schedulers[name](optimizer);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(wanted[i].GetDouble(), optimizer.ParamGroups.Single().LearningRate, 1e-9);
            scheduler.step();
        }
    }
}
