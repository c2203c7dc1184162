using KdCluster.Learning.Objectives;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Unlabelled;

/// <summary>A loss that needs labels is the mean over the rows that have one; every other loss is over all rows.</summary>
public sealed class UnlabelledTermTests : TensorScope
{
    private const int Teachers = 3, Batch = 7, Classes = 4;
    private static readonly int[] Labelled = [0, 2, 3, 6];

    public static TheoryData<string, double> Losses => new() { { "cross-entropy", 0 }, { "cross-entropy", 0.2 }, { "beta-smoothing", 0 }, { "confidence-penalty", 0 }, { "kd", 0 }, { "dist", 0 } };

    [Theory]
    [MemberData(nameof(Losses))]
    public void Of_a_batch_it_is_what_the_rows_with_labels_alone_give_and_so_is_the_gradient(string loss, double smoothing)
    {
        TermSpec spec = new() { Loss = loss, Temperature = 2, Smoothing = smoothing > 0 ? smoothing : null };
        bool needs = loss is "cross-entropy" or "beta-smoothing";
        var some = new TermObjective([spec]);
        (double value, float[] gradient) = Value(some, Input(Labelled));
        (double all, float[] full) = Value(some, Input(null));
        if (!needs)
        {
            Assert.Equal(all, value, 6);
            Assert.Equal(full, gradient);
            return;
        }

        Assert.All(Enumerable.Range(0, Batch).Except(Labelled), i => Assert.All(gradient[(i * Classes)..((i + 1) * Classes)], g => Assert.Equal(0, g)));
        Assert.All(Labelled, i => Assert.Contains(gradient[(i * Classes)..((i + 1) * Classes)], g => g != 0));
        if (loss == "cross-entropy")
            Assert.Equal(Labelled.Average(i => Loss(i, smoothing)), value, 5);
        // As if the others were not there.
        ObjectiveInput whole = Input(null);
        Tensor rows = tensor(Array.ConvertAll(Labelled, i => (long)i));
        (double few, _) = Value(some, new ObjectiveInput(Numbers(whole.Logits, Labelled), whole.Labels.index_select(0, rows), whole.TeacherLogits!.index_select(1, rows), whole.Weights!.index_select(0, rows)));
        Assert.Equal(few, value, 6);
        Assert.NotEqual(all, value, 3);
    }

    [Fact]
    public void A_batch_without_any_label_is_without_the_term_and_is_no_error()
    {
        var objective = new TermObjective([new TermSpec { Loss = "cross-entropy" }, new TermSpec { Loss = "kd", Weight = 0.5 }]);
        ObjectiveValue value = objective.Evaluate(Input([]));
        value.GradientLoss.backward();
        ObjectiveParts parts = value.Read();
        Assert.True(double.IsNaN(parts.Terms![0].Value), "nobody knows it");
        Assert.Equal(0.5 * parts.Terms[1].Value, parts.Loss, 6);
        Assert.True(double.IsNaN(parts.CrossEntropy));
        Assert.True(double.IsFinite(parts.Distillation));

        var alone = new TermObjective([new TermSpec { Loss = "cross-entropy" }]);
        Assert.Equal(0, alone.Evaluate(Input([])).Read().Loss);
    }

    [Fact]
    public void Teachers_are_set_right_where_there_is_a_label()
    {
        var logits = Logits(5, Teachers * Batch * Classes).reshape(Teachers, Batch, Classes);
        var labels = tensor([.. Enumerable.Range(0, Batch).Select(i => (long)(i % Classes))]);
        Tensor right = ProbabilityShift.Of(logits, labels, Labelled), all = ProbabilityShift.Of(logits, labels);
        for (int i = 0; i < Batch; i++)
            Assert.Equal(Numbers((Labelled.Contains(i) ? all : logits).select(1, i)), Numbers(right.select(1, i)));
        Assert.Equal(Numbers(logits), Numbers(ProbabilityShift.Of(logits, labels, [])));
    }

    [Fact]
    public void The_objective_of_alpha_and_temperature_is_the_same_number_as_terms()
    {
        ObjectiveSpec spec = new() { Alpha = 0.7, Temperature = 3 };
        (double hinton, float[] gradient) = Value(new DistillationObjective(spec), Input(null));
        (double terms, float[] same) = Value(new TermObjective(ClassTerms.Of(spec)), Input(null));
        Assert.Equal(hinton, terms, 5);
        Assert.All(gradient.Zip(same), g => Assert.Equal(g.First, g.Second, 5));
        Assert.Equal(["kd"], ClassTerms.Of(spec with { Alpha = 1 }).Select(t => t.Loss));
    }

    private static (double Value, float[] Gradient) Value(IObjective objective, ObjectiveInput input)
    {
        ObjectiveValue value = objective.Evaluate(input);
        value.GradientLoss.backward();
        return (value.Read().Loss, Numbers(input.Logits.grad!));
    }

    private static ObjectiveInput Input(IReadOnlyList<int>? labelled) => new(
        Logits(1, Batch * Classes).reshape(Batch, Classes).requires_grad_(true),
        tensor([.. Enumerable.Range(0, Batch).Select(i => (long)(i % Classes))]),
        Logits(2, Teachers * Batch * Classes).reshape(Teachers, Batch, Classes),
        full([Batch, Teachers], 1f / Teachers))
    {
        Labelled = labelled,
    };

    private static double Loss(int row, double smoothing)
    {
        float[] s = Numbers(Logits(1, Batch * Classes))[(row * Classes)..((row + 1) * Classes)];
        double normaliser = Math.Log(s.Sum(x => Math.Exp(x)));
        return Enumerable.Range(0, Classes).Sum(c => (c == row % Classes ? 1 - smoothing : smoothing / (Classes - 1)) * (normaliser - s[c]));
    }

    private static Tensor Logits(int seed, int count)
    {
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * 6))]);
    }

    private static Tensor Numbers(Tensor logits, int[] rows) => logits.detach().index_select(0, tensor(Array.ConvertAll(rows, i => (long)i))).requires_grad_(true);

    private static float[] Numbers(Tensor t) => [.. t.contiguous().data<float>()];
}
