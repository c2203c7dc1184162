using KdCluster.Learning.Training;
using KdCluster.Tests.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Tests.Training;

public class AdamOptimizerTests : TensorScope
{
    private static readonly int[] Sizes = [5, 64, 70_001, 131_072];

    // The textbook in float64, one number at a time.
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 1.5)]
    public void It_equals_the_algorithm_in_double_precision(bool decoupled, double clip)
    {
        using var scope = NewDisposeScope();
        using var optimizer = Make(decoupled, out var weights);
        var w = weights.Select(p => p.Weight.data<float>().ToArray().Select(x => (double)x).ToArray()).ToArray();
        var m = w.Select(x => new double[x.Length]).ToArray();
        var v = w.Select(x => new double[x.Length]).ToArray();
        for (int t = 1; t <= 5; t++)
        {
            double rate = 0.01 / t;
            var g = Gradients(weights, t);
            double norm = Math.Sqrt(g.Sum(x => x.Sum(y => (double)y * y)));
            double scale = clip > 0 && norm > clip ? clip / norm : 1;
            for (int p = 0; p < w.Length; p++)
            {
                for (int i = 0; i < w[p].Length; i++)
                {
                    double gradient = (g[p][i] * scale) + (decoupled ? 0 : 0.1 * w[p][i]);
                    m[p][i] = (0.9 * m[p][i]) + (0.1 * gradient);
                    v[p][i] = (0.999 * v[p][i]) + (0.001 * gradient * gradient);
                    double shrunk = decoupled ? w[p][i] * (1 - (rate * 0.1)) : w[p][i];
                    w[p][i] = shrunk - (rate / (1 - Math.Pow(0.9, t)) * m[p][i] / (Math.Sqrt(v[p][i] / (1 - Math.Pow(0.999, t))) + 1e-8));
                }
            }

            Assert.Equal(norm, optimizer.Step(rate, clip, needNorm: true), norm * 1e-5);
        }

        for (int p = 0; p < w.Length; p++)
        {
            float[] found = weights[p].Weight.data<float>().ToArray();
            Assert.True(found.Zip(w[p]).All(x => Math.Abs(x.First - x.Second) < 2e-6));
        }
    }

    [Fact]
    public void The_packages_own_AdamW_agrees()
    {
        using var scope = NewDisposeScope();
        using var optimizer = Make(true, out var ours);
        var theirs = ours.Select(p => new Parameter(p.Weight.detach().clone(), true)).ToArray();
        using var reference = optim.AdamW(theirs, 0.01, weight_decay: 0.1);
        for (int t = 1; t <= 5; t++)
        {
            float[][] gradients = Gradients(ours, t);
            for (int p = 0; p < theirs.Length; p++)
                theirs[p].grad = tensor(gradients[p]);
            optimizer.Step(0.01, 0, needNorm: false);
            reference.step();
        }

        for (int p = 0; p < theirs.Length; p++)
            Assert.True(allclose(theirs[p], ours[p].Weight, 1e-4, 2e-6));
    }

    [Fact]
    public void A_saved_and_loaded_state_goes_on_to_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var through = Make(true, out var wanted);
        using var before = Make(true, out var first);
        for (int t = 1; t <= 6; t++)
        {
            Gradients(wanted, t);
            through.Step(0.01, 1, false);
            if (t > 3)
                continue;
            Gradients(first, t);
            before.Step(0.01, 1, false);
        }

        var rest = first.Select(p => (p.Name, Weight: new Parameter(p.Weight.detach().clone(), true))).ToArray();
        using var after = new AdamOptimizer(rest, new AdamConstants(true, 0.1));
        after.Load(before.StateDict(), before.Steps);
        for (int t = 4; t <= 6; t++)
        {
            Gradients(rest, t);
            after.Step(0.01, 1, false);
        }

        for (int p = 0; p < rest.Length; p++)
            Assert.True(rest[p].Weight.bytes.SequenceEqual(wanted[p].Weight.bytes));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_touches_nothing()
    {
        using var scope = NewDisposeScope();
        using var optimizer = Make(true, out var weights);
        Gradients(weights, 1);
        weights[1].Weight.grad = full_like(weights[1].Weight, float.NaN);
        float[] before = weights[2].Weight.data<float>().ToArray();
        Assert.True(double.IsNaN(optimizer.Step(0.01, 1, false)));
        Assert.Equal(before, weights[2].Weight.data<float>().ToArray());
        Assert.Equal(0, optimizer.Steps);
    }

    [Fact]
    public void A_state_of_another_model_is_refused()
    {
        using var scope = NewDisposeScope();
        using var optimizer = Make(true, out _);
        Assert.Throws<InvalidDataException>(() => optimizer.Load(new Dictionary<string, Tensor>(), 1));
    }

    private static AdamOptimizer Make(bool decoupled, out (string Name, Parameter Weight)[] weights)
    {
        weights = [.. Sizes.Select((n, p) => ($"p{p}", new Parameter(tensor(Numbers(n, 100 + p)), true)))];
        return new AdamOptimizer(weights, new AdamConstants(decoupled, 0.1));
    }

    private static float[][] Gradients((string, Parameter Weight)[] weights, int step)
    {
        float[][] gradients = [.. Sizes.Select((n, p) => Numbers(n, (step * 10) + p))];
        for (int p = 0; p < gradients.Length; p++)
            weights[p].Weight.grad = tensor(gradients[p]);
        return gradients;
    }

    private static float[] Numbers(int count, long seed) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(CounterRandom.Unit(seed, RandomStream.Dropout, i) - 0.5))];
}
