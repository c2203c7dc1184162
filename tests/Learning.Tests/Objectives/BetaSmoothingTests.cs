using KdCluster.Learning.Objectives;
using KdCluster.Learning.Schedules;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

public class BetaSmoothingTests : TensorScope
{
    private const int Batch = 8, Classes = 4;

    // Γ(i + 1/a)·Γ(n+1) / (Γ(i)·Γ(n + 1 + 1/a)): the mean of the i-th smallest of n draws from Beta(a, 1), a = 3, n = 8.
    private static readonly double[] Means = [.. Enumerable.Range(1, Batch).Select(i => Math.Exp(LogGamma(i + (1 / 3.0)) + LogGamma(9) - LogGamma(i) - LogGamma(9 + (1 / 3.0))))];

    [Fact]
    public void The_surer_the_teacher_the_surer_the_label_and_draws_are_those_of_beta()
    {
        int[] order = [3, 0, 7, 1, 6, 2, 5, 4];   // place of each instance by confidence
        var sums = new double[Batch];
        const int steps = 3000;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            double[] b = Draws(order, step);
            for (int i = 0; i < Batch; i++)
                sums[order[i]] += b[i] / steps;
            Assert.Equal(order.Order(), order.OrderBy(place => b[Array.IndexOf(order, place)]));
        }

        for (int rank = 0; rank < Batch; rank++)
            Assert.Equal(Means[rank], sums[rank], 0.01);
        Assert.Equal(0.75, Means.Average(), 9);   // a/(a+1)
    }

    [Fact]
    public void A_step_draws_the_same_again_and_another_seed_something_else()
    {
        int[] order = [.. Enumerable.Range(0, Batch)];
        Assert.Equal(Draws(order, 5), Draws(order, 5));
        Assert.NotEqual(Draws(order, 5), Draws(order, 6));
        Assert.NotEqual(Draws(order, 5), Draws(order, 5, seed: 2));
    }

    // What each instance's label gets, read back from its loss: −(b·log q_y + (1 − b)·log q_other), q the same for all.
    private static double[] Draws(int[] order, int step, long seed = 1)
    {
        var labels = zeros(Batch, Classes, dtype: ScalarType.Float64);
        var student = zeros(Batch, Classes, dtype: ScalarType.Float64);
        var teacher = zeros(1, Batch, Classes, dtype: ScalarType.Float64);
        for (int i = 0; i < Batch; i++)
        {
            labels[i, i % Classes] = 1;
            student[i, i % Classes] = 2;
            teacher[0, i, i % Classes] = order[i] * 0.3;
        }

        double z = Math.Log(Math.Exp(2) + Classes - 1), own = 2 - z, other = -z;
        var term = TermRegistry.Create(new TermSpec { Loss = "beta-smoothing", Shape = 3 });
        double[] losses = term.Evaluate(new TermInput(student, labels, teacher, new StepPosition(step, 10_000, 0, 1)) { Seed = seed }).reshape(Batch).data<double>().ToArray();
        return [.. losses.Select(l => (-l - other) / (own - other))];
    }

    private static double LogGamma(double x)
    {
        // Stirling's series, after shifting x above 10: right to 10⁻¹².
        double shift = 0;
        for (; x < 10; x++)
            shift += Math.Log(x);
        double inverse = 1 / (x * x);
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + ((1 - (inverse * ((1.0 / 30) - (inverse / 105)))) / (12 * x)) - shift;
    }
}
