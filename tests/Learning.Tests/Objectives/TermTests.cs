using KdCluster.Learning.Objectives;
using KdCluster.Learning.Schedules;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

/// <summary>Each loss against numbers computed by loops, and the whole against each teacher alone.</summary>
public class TermTests : TensorScope
{
    private static readonly double[,] S = { { 1, 2, -1 }, { 0, -1, .5 }, { 2, .5, 0 }, { -1, .3, 1.2 } };
    private static readonly double[,] T = { { .5, 1.5, 0 }, { 1, -1, .2 }, { 1, 1, -1 }, { -.5, .1, 2 } };
    private static readonly double[,] U = { { 2, 0, 0 }, { .1, .2, .3 }, { 0, 3, 0 }, { 0, 0, 4 } };
    private static readonly long[] Y = [1, 0, 0, 2];
    private static readonly double[,] W = { { .3, .7 }, { 1, 0 }, { .5, .5 }, { .9, .1 } };

    // From loops in pure Python over the tables above, six decimals.
    [Theory]
    [InlineData("cross-entropy", 0.544120)]
    [InlineData("kd", 0.183059)]
    [InlineData("soft-cross-entropy", 1.086384)]
    [InlineData("mse", 0.030052)]
    public void Known_values(string loss, double value)
    {
        var term = loss == "cross-entropy" ? new TermSpec { Loss = loss } : new TermSpec { Loss = loss, Temperature = 4, StudentTemperature = 4 };
        Assert.Equal(value, Value(term), 5e-6);
    }

    [Fact]
    public void Known_values_of_labels_smoothed_and_logits_standardised()
    {
        Assert.Equal(0.682870, Value(new TermSpec { Loss = "cross-entropy", Smoothing = 0.1 }), 5e-6);
        Assert.Equal(4 * 0.032736, Value(new TermSpec { Loss = "standardised-kd", Temperature = 2 }), 5e-6);   // the source has it without T²
        Assert.Equal(0.279628, Value(new TermSpec { Loss = "dist", Inter = 1, Intra = 0 }), 5e-6);
        Assert.Equal(0.275363, Value(new TermSpec { Loss = "dist", Inter = 0, Intra = 1 }), 5e-6);
    }

    /// <summary>T²·KL at the temperatures that the source's table gives.</summary>
    [Theory]
    [InlineData("kd-flsw", 4.042637, 3.955045, 3.961969, 4.040349)]
    [InlineData("kd-cwsm", 4.112759, 3.702100, 4.171796, 4.013345)]
    public void Instances_have_temperatures_of_their_own(string loss, params double[] temperatures)
    {
        double expected = 0;
        for (int i = 0; i < 4; i++)
        {
            double[] q = Softmax(S, i, temperatures[i]), p = Softmax(T, i, temperatures[i]);
            expected += p.Zip(q, (a, b) => temperatures[i] * temperatures[i] * a * Math.Log(a / b)).Sum() / 4;
        }

        Assert.Equal(expected, Value(new TermSpec { Loss = loss, Temperature = 4, Beta = 1, Gamma = 2 }), 2e-6);
        Assert.NotEqual(expected, Value(new TermSpec { Loss = loss, Temperature = 4, Beta = 0, Gamma = 2 }), 1e-4);
    }

    /// <summary>However far apart they are asked to be.</summary>
    [Theory]
    [InlineData("kd-flsw")]
    [InlineData("kd-cwsm")]
    public void Temperatures_stay_above_nothing(string loss) => Assert.True(double.IsFinite(Value(new TermSpec { Loss = loss, Temperature = 0.5, Beta = 100, Gamma = 1 })));

    /// <summary>By loops: cosines, their covariance, and Gauss's elimination.</summary>
    [Fact]
    public void Directions_are_measured_by_their_own_spread()
    {
        double[,] d = new double[4, 4], covariance = new double[4, 4];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                d[i, j] = Cosine(S, i, j) - Cosine(T, i, j);
        for (int a = 0; a < 4; a++)
        {
            for (int b = 0; b < 4; b++)
            {
                double meanA = Enumerable.Range(0, 4).Average(i => d[i, a]), meanB = Enumerable.Range(0, 4).Average(i => d[i, b]);
                covariance[a, b] = (Enumerable.Range(0, 4).Sum(i => (d[i, a] - meanA) * (d[i, b] - meanB)) / 3) + (a == b ? 0.1 : 0);
            }
        }

        double expected = 0;
        for (int i = 0; i < 4; i++)
        {
            double[] row = [.. Enumerable.Range(0, 4).Select(j => d[i, j])];
            expected += Math.Sqrt(row.Zip(Solve(covariance, row), (x, y) => x * y).Sum()) / 4;
        }

        Assert.Equal(expected, Value(new TermSpec { Loss = "skd-direction" }), 1e-5);

        static double Cosine(double[,] z, int i, int j)
        {
            double dot = 0, own = 0, other = 0;
            for (int c = 0; c < 3; c++)
                (dot, own, other) = (dot + (z[i, c] * z[j, c]), own + (z[i, c] * z[i, c]), other + (z[j, c] * z[j, c]));
            return dot / Math.Sqrt(own * other);
        }

        static double[] Solve(double[,] matrix, double[] right)
        {
            var m = (double[,])matrix.Clone();
            var x = (double[])right.Clone();
            for (int p = 0; p < 4; p++)
            {
                for (int r = 0; r < 4; r++)
                {
                    double factor = r == p ? 0 : m[r, p] / m[p, p];
                    for (int c = 0; c < 4; c++)
                        m[r, c] -= factor * m[p, c];
                    x[r] -= factor * x[p];
                }
            }

            return [.. x.Select((v, i) => v / m[i, i])];
        }
    }

    /// <summary>The second teacher is wrong on all but the last row; set right, it says of the label what it said of another class.</summary>
    [Theory]
    [InlineData("kd")]
    [InlineData("reverse-kl")]
    [InlineData("mse")]
    public void Wrong_teachers_are_set_right(string loss)
    {
        var spec = Complete(loss) with { ProbabilityShift = true };
        double[,] right = { { 0, 2, 0 }, { .3, .2, .1 }, { 3, 0, 0 }, { 0, 0, 4 } };
        double shifted = Loss(spec, U), plain = Loss(Complete(loss), right);
        Assert.Equal(plain, shifted, 1e-6);
        Assert.NotEqual(plain, Loss(Complete(loss), U), 1e-3);

        static double Loss(TermSpec term, double[,] teacher) => new TermObjective([term]).Evaluate(new ObjectiveInput(Of(S), tensor(Y), stack([Of(T), Of(teacher)]), Of(W))).Read().Loss;
    }

    [Fact]
    public void Values_that_loops_give()
    {
        double l1 = 0, reverse = 0, penalty = 0;
        for (int i = 0; i < 4; i++)
        {
            double[] q = Softmax(S, i, 2), p = Softmax(T, i, 2), plain = Softmax(S, i, 1);
            for (int c = 0; c < 3; c++)
            {
                l1 += Math.Abs(S[i, c] - T[i, c]) / 4;
                reverse += 4 * q[c] * Math.Log(q[c] / p[c]) / 4;
                penalty += plain[c] * Math.Log(plain[c]) / 4;
            }
        }

        Assert.Equal(l1, Value(new TermSpec { Loss = "l1" }), 1e-6);
        Assert.Equal(reverse, Value(new TermSpec { Loss = "reverse-kl", Temperature = 2 }), 1e-6);
        Assert.Equal(penalty, Value(new TermSpec { Loss = "confidence-penalty" }), 1e-6);
    }

    public static TheoryData<string> Losses => [.. RecipeTableLosses.All.Where(l => l.Compares == OutputFamily.Logits && !l.IsAdversary).Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Two_teachers_pull_as_their_losses_mixed_by_the_instances_weights(string loss)
    {
        // Whether mixed before or after: the gradient is Σ_k w_k(x)·∂loss_k(x)/∂s. The gradient of a term that mixes before is the same, its value is not.
        var term = TermRegistry.Create(Complete(loss));
        var objective = new TermObjective([Complete(loss)]);
        var student = Of(S).requires_grad_(true);
        objective.Evaluate(new ObjectiveInput(student, tensor(Y), stack([Of(T), Of(U)]), Of(W))).GradientLoss.backward();

        var alone = Of(S).requires_grad_(true);
        var sum = zeros(1);
        for (int k = 0; k < 2; k++)
        {
            var teacher = k == 0 ? Of(T) : Of(U);
            var input = new TermInput(alone, nn.functional.one_hot(tensor(Y), 3).to(ScalarType.Float32), term.Mix switch
            {
                TeacherMix.None => null,
                TeacherMix.Probabilities => nn.functional.softmax(teacher.div(term.Temperature), -1),
                TeacherMix.Values => teacher,
                _ => teacher.unsqueeze(0),
            }, default);
            var each = term.Evaluate(input);
            Assert.Equal(term.Mix == TeacherMix.Separate ? [1, 4] : new long[] { 4 }, each.shape);
            sum = sum.add(each.reshape(4).mul(Of(W).select(1, k)).mean());
        }

        sum.backward();
        Assert.True(allclose(student.grad!, alone.grad!, 1e-4, 1e-6), $"{loss}: {student.grad!.str()} against {alone.grad!.str()}");
        Assert.True(student.grad!.abs().sum().item<float>() > 0);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Gradients_equal_differences(string loss)
    {
        // Temperatures of instances are constants of the student: with β = 0 there is no other way to it.
        var term = TermRegistry.Create(Complete(loss) with { Beta = 0 });
        var labels = nn.functional.one_hot(tensor(Y), 3).to(ScalarType.Float64);
        var student = Doubles(S).requires_grad_(true);
        Loss(student).backward();
        using var off = no_grad();
        for (int i = 0; i < 4; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                var (up, down) = (Doubles(S), Doubles(S));
                up[i, c].add_(1e-5);
                down[i, c].sub_(1e-5);
                Assert.Equal((Loss(up).item<double>() - Loss(down).item<double>()) / 2e-5, student.grad![i, c].item<double>(), 1e-7);
            }
        }

        Tensor Loss(Tensor s) => term.Evaluate(new TermInput(s, labels, term.Mix switch
        {
            TeacherMix.None => null,
            TeacherMix.Probabilities => nn.functional.softmax(Doubles(T).div(term.Temperature), -1),
            TeacherMix.Values => Doubles(T),
            _ => stack([Doubles(T), Doubles(U)]),
        }, default)).mean();
    }

    [Fact]
    public void The_terms_kd_and_cross_entropy_are_the_default_objective()
    {
        var input = new ObjectiveInput(Of(S).requires_grad_(true), tensor(Y), stack([Of(T), Of(U)]), Of(W));
        var usual = new DistillationObjective(new ObjectiveSpec { Temperature = 3, Alpha = 0.3 }).Evaluate(input).Read();
        var terms = new TermObjective([new TermSpec { Loss = "kd", Weight = 0.3, Temperature = 3 }, new TermSpec { Loss = "cross-entropy", Weight = 0.7 }]).Evaluate(input).Read();
        Assert.Equal(usual.Loss, terms.Loss, 1e-5);
        Assert.Equal(usual.CrossEntropy, terms.CrossEntropy, 1e-5);
        Assert.Equal(usual.Distillation, terms.Distillation, 1e-5);
        Assert.Equal(["kd", "cross-entropy"], terms.Terms.Select(t => t.Name));
    }

    [Fact]
    public void Weights_and_targets_follow_their_schedules()
    {
        var spec = new TermSpec { Loss = "mse", Weight = new ScheduleSpec { Kind = "linear", From = 2, To = 0 }, TargetScale = new ScheduleSpec { Kind = "linear", From = 0.5, To = 1 } };
        var objective = new TermObjective([spec, spec]);
        for (int step = 0; step < 3; step++)
        {
            double weight = 2 - step, scale = 0.5 + (0.25 * step), expected = 0;
            for (int i = 0; i < 4; i++)
                for (int c = 0; c < 3; c++)
                    expected += Math.Pow(S[i, c] - (scale * T[i, c]), 2) / 12;
            var student = Of(S).requires_grad_(true);
            var value = objective.Evaluate(new ObjectiveInput(student, tensor(Y), Of(T).unsqueeze(0), ones(4, 1)) { At = new StepPosition(step, 3, 0, 1) });
            value.GradientLoss.backward();
            var read = value.Read();
            Assert.Equal(2 * weight * expected, read.Loss, 1e-5);
            Assert.Equal(["mse", "mse-2"], read.Terms.Select(t => t.Name));
            Assert.Equal([weight, weight], read.Terms.Select(t => t.Weight));
            Assert.Equal(weight == 0 ? 0 : expected, read.Terms[1].Value, 1e-5);
            Assert.Equal(weight > 0, student.grad!.abs().sum().item<float>() > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Certain_teachers_and_students_make_no_nan(string loss)
    {
        var student = Of(new double[,] { { 1e4, 0, 0 }, { 0, 0, 0 } }).requires_grad_(true);
        var value = new TermObjective([Complete(loss)]).Evaluate(new ObjectiveInput(student, tensor(new long[] { 0, 1 }), Of(new double[,] { { 0, 500, 0 }, { 0, 0, 0 } }).unsqueeze(0), ones(2, 1)));
        value.GradientLoss.backward();
        Assert.True(double.IsFinite(value.Read().Loss));
        Assert.True(student.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void An_unknown_loss_is_refused() => Assert.Equal("KD1221", Assert.Throws<KdException>(() => TermRegistry.Create(new TermSpec { Loss = "hinge" })).Code);

    private static TermSpec Complete(string loss) => new() { Loss = loss, Temperature = 2, StudentTemperature = 1.5, Smoothing = 0.1, TargetScale = 0.8, Inter = 1, Intra = 0.5, Beta = 1 };

    private static double Value(TermSpec term)
    {
        var value = new TermObjective([term]).Evaluate(new ObjectiveInput(Of(S), tensor(Y), Of(T).unsqueeze(0), ones(4, 1)));
        return value.Read().Loss;
    }

    private static double[] Softmax(double[,] z, int row, double temperature)
    {
        double[] e = [.. Enumerable.Range(0, 3).Select(c => Math.Exp(z[row, c] / temperature))];
        return [.. e.Select(x => x / e.Sum())];
    }

    private static Tensor Doubles(double[,] numbers) => tensor(numbers);

    private static Tensor Of(double[,] numbers) => tensor(numbers).to(ScalarType.Float32);
}
