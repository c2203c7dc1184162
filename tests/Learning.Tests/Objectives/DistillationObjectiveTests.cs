using KdCluster.Learning.Objectives;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

public class DistillationObjectiveTests : TensorScope
{
    private const int Teachers = 3, Batch = 7, Classes = 5;

    private static readonly double[] Student = Numbers(Batch * Classes, 1);
    private static readonly double[] Logits = Numbers(Teachers * Batch * Classes, 2);
    private static readonly double[] Weights = RowsToOne(Numbers(Batch * Teachers, 3));
    private static readonly int[] Labels = [.. Enumerable.Range(0, Batch).Select(i => i * 3 % Classes)];

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(4, 0.5)]
    [InlineData(20, 1)]
    [InlineData(2, 0)]
    public void Value_and_gradient_equal_a_float64_computation(double temperature, double alpha)
    {
        using var scope = NewDisposeScope();
        var spec = new ObjectiveSpec { Temperature = temperature, Alpha = alpha };
        var student = Floats(Student, Batch, Classes).requires_grad_(true);
        var value = ObjectiveRegistry.Create("distillation", spec).Evaluate(new ObjectiveInput(
            student, tensor(Labels.Select(l => (long)l).ToArray()), Floats(Logits, Teachers, Batch, Classes), Floats(Weights, Batch, Teachers)));
        value.GradientLoss.backward();
        var parts = value.Read();

        var (loss, crossEntropy, distillation) = BruteForce(Student, temperature, alpha);
        Assert.Equal(loss, parts.Loss, loss * 1e-4);
        Assert.Equal(crossEntropy, parts.CrossEntropy, crossEntropy * 1e-5);
        Assert.Equal(distillation, parts.Distillation, (distillation * 1e-4) + 1e-5);

        float[] gradient = student.grad!.data<float>().ToArray();
        for (int i = 0; i < Student.Length; i++)
        {
            double[] up = [.. Student], down = [.. Student];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            double difference = (BruteForce(up, temperature, alpha).Loss - BruteForce(down, temperature, alpha).Loss) / 2e-5;
            Assert.Equal(difference, gradient[i], 2e-6);
        }
    }

    [Fact]
    public void Teachers_mixed_before_the_loss_cost_what_their_losses_would()
    {
        // Σ_k w_k·KL(p_k‖q) and KL(Σ_k w_k·p_k‖q) differ by a constant of the student, so their gradients are one.
        using var scope = NewDisposeScope();
        var objective = ObjectiveRegistry.Create("distillation", new ObjectiveSpec { Temperature = 3, Alpha = 1 });
        var labels = tensor(Labels.Select(l => (long)l).ToArray());
        var mixed = Floats(Student, Batch, Classes).requires_grad_(true);
        objective.Evaluate(new ObjectiveInput(mixed, labels, Floats(Logits, Teachers, Batch, Classes), Floats(Weights, Batch, Teachers))).GradientLoss.backward();

        var sum = zeros(Batch, Classes);
        var weights = Floats(Weights, Batch, Teachers);
        for (int k = 0; k < Teachers; k++)
        {
            var alone = Floats(Student, Batch, Classes).requires_grad_(true);
            var one = zeros(Batch, Teachers);
            one.select(1, k).fill_(1);
            objective.Evaluate(new ObjectiveInput(alone, labels, Floats(Logits, Teachers, Batch, Classes), one)).GradientLoss.backward();
            sum.add_(alone.grad!.mul(weights.select(1, k).unsqueeze(1)));
        }

        Assert.True(allclose(sum, mixed.grad!, 1e-4, 1e-7));
    }

    [Fact]
    public void A_student_that_equals_the_mixture_has_no_distillation_loss()
    {
        using var scope = NewDisposeScope();
        var logits = Floats(Student, 1, Batch, Classes).expand(Teachers, Batch, Classes);
        var value = ObjectiveRegistry.Create("distillation", new ObjectiveSpec { Temperature = 2, Alpha = 1 }).Evaluate(new ObjectiveInput(
            Floats(Student, Batch, Classes), tensor(Labels.Select(l => (long)l).ToArray()), logits, Floats(Weights, Batch, Teachers)));
        Assert.InRange(value.Read().Distillation, 0, 1e-5);
    }

    [Fact]
    public void Certain_teachers_make_no_nan()
    {
        using var scope = NewDisposeScope();
        var sure = zeros(1, 2, 2);
        sure.select(2, 0).fill_(1e4f);
        var student = zeros(2, 2).requires_grad_(true);
        var value = ObjectiveRegistry.Create("distillation", new ObjectiveSpec { Temperature = 1, Alpha = 0.5 }).Evaluate(
            new ObjectiveInput(student, tensor(new long[] { 0, 1 }), sure, ones(2, 1)));
        value.GradientLoss.backward();
        Assert.Equal(Math.Log(2), value.Read().Loss, 6);
        Assert.True(student.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Labels_alone_are_plain_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var objective = ObjectiveRegistry.Create("cross-entropy", new ObjectiveSpec());
        var value = objective.Evaluate(new ObjectiveInput(Floats(Student, Batch, Classes), tensor(Labels.Select(l => (long)l).ToArray()), null, null));
        Assert.False(objective.NeedsTeachers);
        Assert.Equal(BruteForce(Student, 1, 0).CrossEntropy, value.Read().Loss, 5);
    }

    [Fact]
    public void An_unknown_name_is_refused() =>
        Assert.Equal("KD1221", Assert.Throws<KdException>(() => ObjectiveRegistry.Create("hinge", new ObjectiveSpec())).Code);

    private static (double Loss, double CrossEntropy, double Distillation) BruteForce(double[] student, double temperature, double alpha)
    {
        double crossEntropy = 0, distillation = 0;
        for (int i = 0; i < Batch; i++)
        {
            double[] s = student[(i * Classes)..((i + 1) * Classes)];
            double[] q = Softmax(s, temperature);
            crossEntropy -= Math.Log(Softmax(s, 1)[Labels[i]]) / Batch;
            for (int c = 0; c < Classes; c++)
            {
                double p = 0;
                for (int k = 0; k < Teachers; k++)
                {
                    int at = ((k * Batch) + i) * Classes;
                    p += Weights[(i * Teachers) + k] * Softmax(Logits[at..(at + Classes)], temperature)[c];
                }

                distillation += temperature * temperature * p * Math.Log(p / q[c]) / Batch;
            }
        }

        return ((alpha * distillation) + ((1 - alpha) * crossEntropy), crossEntropy, distillation);
    }

    private static double[] Softmax(double[] z, double temperature)
    {
        double sum = z.Sum(x => Math.Exp(x / temperature));
        return [.. z.Select(x => Math.Exp(x / temperature) / sum)];
    }

    private static Tensor Floats(double[] numbers, params long[] shape) => tensor(numbers.Select(n => (float)n).ToArray()).reshape(shape);

    private static double[] Numbers(int count, long seed) =>
        [.. Enumerable.Range(0, count).Select(i => (double)(float)((CounterRandom.Unit(seed, RandomStream.Dropout, i) - 0.5) * 6))];

    private static double[] RowsToOne(double[] numbers) =>
        [.. Enumerable.Range(0, numbers.Length).Select(i => Math.Exp(numbers[i]) / numbers.Skip(i / Teachers * Teachers).Take(Teachers).Sum(Math.Exp))];
}
