using KdCluster.Learning.Objectives;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Weightings;

public class ReinforcedPolicyTests : TensorScope
{
    private const int Teachers = 5, Classes = 4, Width = 8, Batch = 32;

    // One teacher of five is right on an instance and the instance's embedding says which; the others are as confident and wrong. The policy is told nothing of that:
    // it hears the loss of a linear student that learns from the mixtures it chose and could learn the task, seeing the label through noise.
    [Theory]
    [InlineData("r1", "sample")]
    [InlineData("r2", "sample")]
    [InlineData("r3", "sample")]
    [InlineData("r1", "expectation")]
    public void It_finds_the_one_right_teacher_of_each_instance(string reward, string mode)
    {
        var spec = new WeightingSpec { Kind = "reinforced", Reward = reward, Mode = mode, Episode = 4, LearningRate = 0.01 };
        var objective = new ObjectiveSpec { Temperature = 2, Alpha = 0.7 };
        var policy = new ReinforcedPolicy(new WeightingSetup(spec, objective, Teachers, Classes, Width, 11));
        var loss = ObjectiveRegistry.Create("distillation", objective);
        var student = zeros(Classes, Classes).requires_grad_(true);
        for (int t = 0; t < 400; t++)
        {
            using var scope = NewDisposeScope();
            var (state, _) = Contrived(t, student);
            var weights = tensor(policy.Weigh(WeightingCase.BatchOf(state)).Weights, [Batch, Teachers]);
            var logits = Inputs(t, state.Labels).mm(student);
            loss.Evaluate(new ObjectiveInput(logits, tensor(state.Labels.Select(l => (long)l).ToArray()), TeacherTensor(state), weights)).GradientLoss.backward();
            using (no_grad())
            {
                student.sub_(student.grad! * 0.5);
                student.grad!.zero_();
            }

            policy.Learn(WeightingCase.Feedback(state, 0.6));
        }

        int right = 0, all = 0;
        for (int t = 1000; t < 1020; t++)
        {
            var (state, answers) = Contrived(t, student);
            policy.Weigh(WeightingCase.BatchOf(state));
            for (int i = 0; i < Batch; i++, all++)
            {
                var logits = policy.LogitsOf(i).ToArray();
                right += Array.IndexOf(logits, logits.Max()) == answers[i] && logits.Count(z => z > 0) <= 1 ? 1 : 0;
            }
        }

        Assert.True(right >= 0.95 * all, $"{right} of {all}");
    }

    [Fact]
    public void A_draw_depends_on_seed_tick_and_row_and_not_on_the_order_of_calls()
    {
        var state = WeightingCase.State(7);
        float[] Draw(long seed, params long[] before)
        {
            var weighting = WeightingCase.Make("reinforced", seed);
            foreach (long tick in before)
                weighting.Weigh(WeightingCase.State(tick));
            return weighting.Weigh(state).data<float>().ToArray();
        }

        Assert.Equal(Draw(1), Draw(1, 3, 4, 5));
        Assert.NotEqual(Draw(1), Draw(2));
    }

    [Fact]
    public void It_learns_at_the_end_of_an_episode_only()
    {
        var policy = WeightingCase.Policy(new WeightingSpec { Episode = 3 });
        for (int t = 0; t < 3; t++)
        {
            Assert.All(policy.Selection.Parameters, p => Assert.Equal(0, p));
            var state = WeightingCase.State(t);
            policy.Weigh(WeightingCase.BatchOf(state));
            Assert.True(double.IsFinite(policy.Learn(WeightingCase.Feedback(state, 0.5))));
        }

        Assert.Contains(policy.Selection.Parameters, p => p != 0);
        double length = Math.Sqrt(policy.Selection.Parameters.Sum(p => (double)p * p));
        Assert.InRange(length, 0, ReinforcedPolicy.LongestStep * 1.0001);
    }

    [Fact]
    public void An_entropy_bonus_keeps_choices_open()
    {
        double Sharpness(double entropy)
        {
            var policy = WeightingCase.Policy(new WeightingSpec { Episode = 2, Entropy = entropy });
            for (int t = 0; t < 200; t++)
            {
                var state = WeightingCase.State(t);
                policy.Weigh(WeightingCase.BatchOf(state));
                policy.Learn(WeightingCase.Feedback(state, 0.5));
            }

            return policy.Selection.Parameters.Sum(p => (double)p * p);
        }

        Assert.True(Sharpness(1) < 0.5 * Sharpness(0));
    }

    private static (WeightingState State, int[] Right) Contrived(int tick, Tensor student)
    {
        int[] labels = [.. Enumerable.Range(0, Batch).Select(i => CounterRandom.Below(Classes, 21, RandomStream.Rows, tick, i))];
        int[] right = [.. Enumerable.Range(0, Batch).Select(i => CounterRandom.Below(Teachers, 22, RandomStream.Rows, tick, i))];
        var embedding = new float[Batch * Width];
        var logits = new float[Teachers * Batch * Classes];
        for (int i = 0; i < Batch; i++)
        {
            for (int f = 0; f < Width; f++)
                embedding[(i * Width) + f] = (float)(CounterRandom.Unit(23, RandomStream.Rows, tick, (i * Width) + f) - 0.5) * 0.4f;
            embedding[(i * Width) + right[i]] += 1;
            for (int k = 0; k < Teachers; k++)
            {
                int wrong = (labels[i] + 1 + CounterRandom.Below(Classes - 1, 24, RandomStream.Rows, tick, (i * Teachers) + k)) % Classes;
                logits[(((k * Batch) + i) * Classes) + (k == right[i] ? labels[i] : wrong)] = 3;
            }
        }

        var targets = new SoftTargetBatch { Instances = [.. Enumerable.Range(tick * Batch, Batch)], Logits = logits, Embedding = embedding, StoreHits = 0, TeacherRows = 0 };
        using var off = no_grad();
        var state = new WeightingState { Tick = tick, Targets = targets, Labels = labels, StudentLogits = Inputs(tick, labels).mm(student), Device = CPU };
        return (state, right);
    }

    private static Tensor Inputs(int tick, int[] labels) => tensor(
        Enumerable.Range(0, Batch * Classes).Select(at => (float)(CounterRandom.Unit(25, RandomStream.Rows, tick, at) - 0.5) + (labels[at / Classes] == at % Classes ? 1 : 0)).ToArray())
        .reshape(Batch, Classes);

    private static Tensor TeacherTensor(WeightingState state) => tensor(state.Targets.Logits).reshape(Teachers, Batch, Classes);
}
