using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace KdCluster.Tests.Torch;

/// <summary>Every loss: value and gradient, as PyTorch has them.</summary>
public sealed class LossTests : TorchTest
{
    private static readonly JsonElement s_fixture = Fixture.Read("losses.json");

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_losses = new()
    {
        ["cross_entropy"] = x => F.cross_entropy(x, Input("classes")),
        ["cross_entropy_sum"] = x => F.cross_entropy(x, Input("classes"), reduction: nn.Reduction.Sum),
        ["cross_entropy_ignore"] = x => F.cross_entropy(x, Input("masked")),
        ["cross_entropy_weight"] = x => F.cross_entropy(x, Input("classes"), weight: Input("weight")),
        ["cross_entropy_soft"] = x => F.cross_entropy(x, Input("soft")),
        ["cross_entropy_smooth"] = x => F.cross_entropy(x, Input("classes"), label_smoothing: 0.1),
        ["cross_entropy_none"] = x => (F.cross_entropy(x, Input("classes"), reduction: nn.Reduction.None) * arange(5)).sum(),
        ["nll_loss"] = x => F.nll_loss(x.log_softmax(1), Input("classes"), weight: Input("weight")),
        ["kl_div"] = x => F.kl_div(x.log_softmax(1), Input("soft"), log_target: false, reduction: nn.Reduction.Sum),
        ["kl_div_log"] = x => F.kl_div(x.log_softmax(1), Input("soft").log()),
        ["mse"] = x => F.mse_loss(x, Input("other")),
        ["l1"] = x => F.l1_loss(x, Input("other")),
        ["smooth_l1"] = x => F.smooth_l1_loss(x, Input("other"), beta: 0.5),
        ["bce"] = x => F.binary_cross_entropy_with_logits(x, Input("binary")),
        ["bce_weight"] = x => F.binary_cross_entropy_with_logits(x, Input("binary"), pos_weights: Input("weight")),
        ["cosine"] = x => F.cosine_similarity(x, Input("other"), dim: 1).sum(),
        ["normalize"] = x => (F.normalize(x, dim: 1) * Input("other")).sum(),
        ["temperature"] = x => F.kl_div((x / 4).log_softmax(-1), (Input("other") / 4).softmax(-1), false, nn.Reduction.Sum) * 16 / 5,
    };

    public static TheoryData<string> Names => [.. s_losses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loss_is_PyTorchs(string name)
    {
        var wanted = s_fixture.GetProperty("cases").GetProperty(name);
        var x = Input("x").requires_grad_();
        var y = s_losses[name](x);
        y.backward();
        Fixture.Same(wanted.GetProperty("y"), y, "y");
        Fixture.Same(wanted.GetProperty("gradient"), x.grad!, "gradient");
    }

    [Fact]
    public void Loss_modules_are_their_functions()
    {
        var (x, classes, soft, other) = (Input("x"), Input("classes"), Input("soft"), Input("other"));
        using var ce = nn.CrossEntropyLoss();
        using var kl = nn.KLDivLoss(log_target: false, reduction: nn.Reduction.Sum);
        using var mse = nn.MSELoss();
        using var bce = nn.BCEWithLogitsLoss();
        Assert.Equal(F.cross_entropy(x, classes).ToSingle(), ce.call(x, classes).ToSingle());
        Assert.Equal(F.kl_div(x.log_softmax(1), soft, false, nn.Reduction.Sum).ToSingle(), kl.call(x.log_softmax(1), soft).ToSingle());
        Assert.Equal(F.mse_loss(x, other).ToSingle(), mse.call(x, other).ToSingle());
        Assert.Equal(F.binary_cross_entropy_with_logits(x, Input("binary")).ToSingle(), bce.call(x, Input("binary")).ToSingle());
    }

    private static Tensor Input(string name) => Fixture.Tensor(s_fixture.GetProperty("inputs").GetProperty(name));
}
