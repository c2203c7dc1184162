using KdCluster.Learning.Objectives;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using static TorchSharp.torch;

namespace KdCluster.Tests.Regression;

/// <summary>Losses on scores against loops over the numbers.</summary>
public class ScoreTermTests : TensorScope
{
    private static readonly double[] S = [1.5, -0.5, 3, 2.25], Y = [2, 0, 1, 2.25], T = [1, 0.5, 2.5, 4], U = [3, -1, 0.5, 2];
    private static readonly double[,] W = { { .3, .7 }, { 1, 0 }, { .5, .5 }, { .9, .1 } };

    [Fact]
    public void Known_values()
    {
        Assert.Equal((0.25 + 0.25 + 4 + 0) / 4, Value([new TermSpec { Loss = "squared-error" }]), 1e-6);
        Assert.Equal((0.5 + 0.5 + 2 + 0) / 4, Value([new TermSpec { Loss = "absolute-error" }]), 1e-6);
        Assert.Equal(Mean(i => Math.Pow(S[i] - Mixed(i), 2)), Value([new TermSpec { Loss = "mse", Temperature = 1, TargetScale = 1 }]), 1e-6);
        Assert.Equal(Mean(i => Math.Pow(S[i] - (0.5 * Mixed(i)), 2)), Value([new TermSpec { Loss = "mse", Temperature = 1, TargetScale = 0.5 }]), 1e-6);
        Assert.Equal(Mean(i => (W[i, 0] * Math.Abs(S[i] - T[i])) + (W[i, 1] * Math.Abs(S[i] - U[i]))), Value([new TermSpec { Loss = "l1" }]), 1e-6);
    }

    /// <summary>α(s−t)² + (1−α)(s−y)² = (s − (αt + (1−α)y))² + α(1−α)(t−y)²: distillation with labels is regression on a mixed target.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void The_default_objective_is_regression_on_the_mixed_target(double alpha)
    {
        double mixed = Mean(i => Math.Pow(S[i] - ((alpha * Mixed(i)) + ((1 - alpha) * Y[i])), 2) + (alpha * (1 - alpha) * Math.Pow(Mixed(i) - Y[i], 2)));
        Assert.Equal(mixed, Value(ScoreTerms.Of(new ObjectiveSpec { Alpha = alpha }, taught: true)), 1e-6);
        // Its gradient: 2(s − mixed target)/n.
        double[] gradient = Gradient(ScoreTerms.Of(new ObjectiveSpec { Alpha = alpha }, taught: true));
        for (int i = 0; i < S.Length; i++)
            Assert.Equal(2 * (S[i] - ((alpha * Mixed(i)) + ((1 - alpha) * Y[i]))) / S.Length, gradient[i], 1e-6);
    }

    [Fact]
    public void Without_teachers_it_is_the_labels_alone_and_terms_that_count_nothing_are_left_out()
    {
        Assert.Equal([("squared-error", 1.0)], ScoreTerms.Of(new ObjectiveSpec { Alpha = 0.7 }, taught: false).Select(t => (t.Loss, t.Weight.From)));
        Assert.Equal(["mse"], ScoreTerms.Of(new ObjectiveSpec { Alpha = 1 }, taught: true).Select(t => t.Loss));
    }

    private static double Mean(Func<int, double> of) => Enumerable.Range(0, S.Length).Average(of);

    private static double Mixed(int i) => (W[i, 0] * T[i]) + (W[i, 1] * U[i]);

    private static double Value(IReadOnlyList<TermSpec> terms) => new TermObjective(terms).Evaluate(Input(Column(S))).Read().Loss;

    private static double[] Gradient(IReadOnlyList<TermSpec> terms)
    {
        Tensor student = Column(S).requires_grad_();
        new TermObjective(terms).Evaluate(Input(student)).GradientLoss.backward();
        return [.. student.grad!.data<float>().Select(g => (double)g)];
    }

    private static ObjectiveInput Input(Tensor student) => new(student, zeros(4, ScalarType.Int64), tensor([.. T.Concat(U).Select(v => (float)v)], [2, 4, 1]), tensor(W).to(ScalarType.Float32))
    {
        Scores = tensor([.. Y.Select(v => (float)v)]),
    };

    private static Tensor Column(double[] values) => tensor([.. values.Select(v => (float)v)], [values.Length, 1]);
}
