using KdCluster.Learning.Loops.Bilevel;
using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Tests.Loops;

/// <summary>Training as a function of its data: against the closed form of softmax regression, finite differences, and the modules' own answers.</summary>
public class InnerTrainingTests : TensorScope
{
    private const int Classes = 3;
    private readonly Generator _draws = new(5);

    public static TheoryData<string> Kinds => ["mlp", "cnn", "bag-of-embeddings", "text-cnn"];

    /// <summary>
    /// Softmax regression, one step, V = ∂L/∂W₁ and G the inner gradient: ∂L/∂ỹ_m = −(η/M)·(p_m·(V·x̃_m) − V·x̃_m) with a scalar in the first part, ∂L/∂η = −⟨V, G⟩ (derived for arXiv 1910.02551, and confirmed by finite
    /// differences there); ∂L/∂x̃_m = −(η/M)·(Vᵀg_m + W₀ᵀ·J_m·V·x̃_m), g_m = (Σỹ)·p_m − ỹ_m and J_m = (Σỹ)·(diag p − p·pᵀ).
    /// </summary>
    [Fact]
    public void Softmax_regression_has_the_closed_form()
    {
        const int M = 4, Width = 5, Rows = 7;
        using Tensor items = Normal(M, Width).requires_grad_(true), labels = Normal(M, Classes).requires_grad_(true), rates = tensor(new[] { 0.7 }).requires_grad_(true);
        Tensor start = Normal(Classes, Width), real = Normal(Rows, Width), truth = tensor(new long[] { 0, 1, 2, 0, 1, 2, 1 });
        var end = InnerTraining.Run(w => linear(items, w["w"]), new Dictionary<string, Tensor> { ["w"] = start }, labels, rates)["w"];
        cross_entropy(linear(real, end), truth).backward();

        using var off = no_grad();
        Tensor v = softmax(linear(real, end), -1).sub(one_hot(truth, Classes)).t().matmul(real).div(Rows);
        Tensor p = softmax(linear(items, start), -1), total = labels.sum(1, keepdim: true), g = p.mul(total).sub(labels);
        Tensor vx = linear(items, v);                                                       // [M, classes]
        Close(p.mul(vx).sum(1, keepdim: true).sub(vx).mul(-0.7 / M), labels.grad!);
        Close(v.mul(g.t().matmul(items).div(M)).sum().neg().view(1), rates.grad!);
        Tensor jvx = total.mul(p.mul(vx).sub(p.mul(p.mul(vx).sum(1, keepdim: true))));
        Close(g.matmul(v).add(jvx.matmul(start)).mul(-0.7 / M), items.grad!);

        static void Close(Tensor expected, Tensor found) => Assert.True(expected.sub(found).abs().max().item<double>() < 1e-12, $"{expected.str()} against {found.str()}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_derivatives_by_the_data_are_those_of_finite_differences(string kind)
    {
        using Model model = Make(kind);
        var function = (IFunctionalModel)model;
        var start = Weights(model, ScalarType.Float64);
        Tensor real = States(kind, 6), truth = tensor(new long[] { 0, 1, 2, 0, 1, 2 }), there = kind == "mlp" || kind == "cnn" ? ones(4, 1) : ones(4, 6, ScalarType.Float64);
        using Tensor items = States(kind, 4).requires_grad_(true), labels = Normal(4, Classes).requires_grad_(true), rates = tensor(new[] { 0.5, 0.3 }).requires_grad_(true);
        Outer().backward();
        foreach (Tensor of in new[] { items, labels, rates })
        {
            double[] gradient = of.grad!.contiguous().data<double>().ToArray();
            Assert.True(gradient.Max(Math.Abs) > 1e-5);
            for (int at = 0; at < gradient.Length; at += Math.Max(1, gradient.Length / 12))
                Assert.Equal((Moved(of, at, 1e-6) - Moved(of, at, -1e-6)) / 2e-6, gradient[at], 1e-6 * Math.Max(1, Math.Abs(gradient[at])));
        }

        model.Random!.Dispose();

        Tensor Outer()
        {
            var end = InnerTraining.Run(w => function.Logits(items, there, w, new NormStatistics()), start, labels, rates);
            NormStatistics own = new();
            function.Logits(items, there, end, own);
            return cross_entropy(function.Logits(real, ones(6, there.shape[1], ScalarType.Float64), end, new NormStatistics(own.Seen)), truth);
        }

        double Moved(Tensor of, int at, double step)
        {
            Shift(step);
            double value = Outer().item<double>();
            Shift(-step);
            return value;

            void Shift(double by)
            {
                using var off = no_grad();
                of.view(-1).index_add_(0, tensor(new long[] { at }), tensor(new[] { by }), 1);
            }
        }
    }

    /// <summary>The function is the module, in the batch's own statistics and in those that are kept.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_function_answers_as_the_module_does(string kind)
    {
        using Model model = Make(kind);
        var function = (IFunctionalModel)model;
        Tensor batch = kind is "mlp" or "cnn" ? randint(0, 256, [5, 1, 12, 10], ScalarType.Byte, generator: _draws) : tensor(new long[,] { { 2, 9, 11, 3, 0 }, { 4, 5, 6, 7, 8 }, { 3, 0, 0, 0, 0 } });
        var weights = Weights(model, ScalarType.Float32);
        NormStatistics own = new();
        using var off = no_grad();
        Tensor states = function.States(batch), real = model.Real(batch);
        Tensor found = function.Logits(states, real, weights, own);
        Assert.True(found.allclose(model.call(batch).Logits, rtol: 1e-6, atol: 1e-6));
        if (model is PlainCnn cnn)
            cnn.Normalise(own.Seen);
        model.eval();
        Assert.True(function.Logits(states, real, weights, new NormStatistics(own.Seen)).allclose(model.call(batch).Logits, rtol: 1e-6, atol: 1e-6));
        Assert.False(function.Logits(states, real, weights.ToDictionary(w => w.Key, w => w.Value.mul(1.1)), new NormStatistics()).allclose(found, atol: 1e-3));
        model.Random!.Dispose();
    }

    [Fact]
    public void What_is_no_function_of_its_weights_is_none()
    {
        foreach (string kind in ModelFactory.Kinds)
        {
            using Model model = Make(kind);
            Assert.Equal(kind is "mlp" or "cnn" or "bag-of-embeddings" or "text-cnn", model is IFunctionalModel);
            model.Random!.Dispose();
        }
    }

    private static Model Make(string kind)
    {
        ModelSpec spec = new() { Kind = kind, Embedding = kind == "llama" ? 8 : 6, Hidden = 7, Layers = 2, Heads = 2, Filters = [2, 3], Depth = kind == "resnet" ? 8 : kind == "cnn" ? 3 : null, Channels = kind is "resnet" or "cnn" ? 4 : null, Dropout = 0 };
        bool image = ModelFactory.KindsOf(TaskNames.ImageClassification).Contains(kind);
        return ModelFactory.Create(new ModelShape(spec, image ? 0 : 20, Classes, image ? 0 : 8) { Image = image ? new ImageInput(1, 12, 10, [0.3], [0.4]) : null }, seed: 4);
    }

    private static Dictionary<string, Tensor> Weights(Model model, ScalarType type) =>
        model.named_parameters().Where(p => ((IFunctionalModel)model).Arguments.Contains(p.name)).ToDictionary(p => p.name, p => p.parameter.detach().to(type).clone());

    private Tensor States(string kind, long batch) => kind is "mlp" or "cnn" ? Normal(batch, 1, 12, 10) : Normal(batch, 6, 6);

    private Tensor Normal(params long[] shape) => randn(shape, ScalarType.Float64, generator: _draws);
}
