using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Loops.TwoPlayer;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;
using static TorchSharp.torch;

namespace KdCluster.Tests.Loops;

/// <summary>The student and the critics that tell it from its teachers.</summary>
public class TwoPlayerTests : TensorScope
{
    private static readonly LoopSpec Play = new() { Kind = LoopSpec.TwoPlayer, CriticSteps = 2, CriticHidden = 16, CriticLearningRate = 0.002, GradientPenalty = 10 };
    private static readonly TermSpec Labels = new() { Loss = "cross-entropy" };

    /// <summary>With a student that stands still, the critics' distance between the two grows to a good part of the real one.</summary>
    [Fact]
    public void Critics_learn_to_tell_a_student_that_does_not_learn()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = Job(task, "frozen", [Labels, new() { Loss = "adversary" }]) with { Loop = Play with { CriticSteps = 1 } };
        job = job with { Model = job.Model with { Dropout = 0 } };
        using TwoPlayerLoop loop = new(job, CPU);
        float[] before = Student(loop);
        double[] distances = [.. Enumerable.Range(0, 400).Select(tick =>
        {
            int[] rows = [.. Enumerable.Range(16 * (tick % 10), 16)];
            using var stream = job.SoftTargets!.Open([rows], CancellationToken.None);
            var outcome = loop.Step(new LoopTick(tick, TrainingPhase.Train, rows, stream.Take(), 1e-30, 0, Read: true));
            return outcome.Figures!.Single(f => f.Name == "critic.adversary.distance").Value;
        })];
        Assert.Equal(before, Student(loop));
        // The teachers' logits are about 3 away from a fresh student's: with slope 1 no critic can hold them further apart than that.
        Assert.True(Math.Abs(distances[0]) < 1, $"{distances[0]}");
        Assert.True(distances[^1] is > 1.5 and < 4, $"{distances[^1]}");

        static float[] Student(SupervisedLoop of) => [.. of.Model.parameters().SelectMany(p => p.data<float>().ToArray())];
    }

    /// <summary>What the term is for: with no other term than the adversary the student's logits become the teachers', in the mean over the rows.</summary>
    [Fact]
    public void A_student_learns_to_be_taken_for_its_teachers()
    {
        using var task = new TrainingCase(320);
        TrainingJob Adversary(double weight) => Job(task, $"alone-{weight}", [Labels with { Weight = 0.01 }, new() { Loss = "adversary", Weight = weight }], epochs: 12) with { Loop = Play with { CriticSteps = 4 } };
        double with = Apart(Adversary(1)), without = Apart(Adversary(0));
        Assert.True(with < without / 2, $"{with} with, {without} without");

        // The largest distance of a class' mean logit from the teachers'.
        double Apart(TrainingJob job)
        {
            var result = StudentTrainer.Train(job with { Select = "last" });
            using Model student = Checkpoint.Load(result.BestFolder).Model;
            float[] logits = Evaluator.Logits(student, job.Train.Views, 64, CancellationToken.None);
            student.Random!.Dispose();
            return Enumerable.Range(0, TrainingCase.Classes).Max(c =>
                Math.Abs(Enumerable.Range(0, 320).Average(i => logits[(i * TrainingCase.Classes) + c] - (task.Truth[i] == c ? 3.2 : 0))));
        }
    }

    [Fact]
    public void Each_teacher_has_critics_for_each_of_its_layers_and_the_student_that_is_kept_has_none()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = LayerTrainingTests.Job(task, "layers", [Labels, new() { Loss = "hidden-adversary", Projection = "linear", Weight = 0.1 }, new() { Loss = "embedding-adversary", Projection = "linear", Weight = 0.1 }], epochs: 1) with { Loop = Play };
        var result = StudentTrainer.Train(job);
        using SafeTensorsReader state = SafeTensorsReader.Open(Path.Combine(job.Folder, "last", "state.safetensors")), student = SafeTensorsReader.Open(Path.Combine(result.BestFolder, "model.safetensors"));
        string[] critics = [.. state.Tensors.Select(t => t.Name).Where(n => n.StartsWith("critics.", StringComparison.Ordinal))];
        Assert.Equal((3 + 1) * 6, critics.Length);
        Assert.Contains("critics.hidden-adversary.teacher-1.3.positions.weight", critics);
        Assert.Equal(2 * critics.Length, state.Tensors.Count(t => t.Name.StartsWith("critic-moments.", StringComparison.Ordinal)));
        Assert.DoesNotContain(student.Tensors, t => t.Name.Contains("critic", StringComparison.Ordinal));
        Assert.Contains("\"critic.hidden-adversary.penalty\":", File.ReadAllText(Path.Combine(job.Folder, "metrics.jsonl")), StringComparison.Ordinal);
    }

    /// <summary>An instance's weights decide which critics it counts for: with all weight on the first teacher, the others' critics stay as they are drawn.</summary>
    [Fact]
    public void The_instance_weights_count_in_the_critics_losses()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = Job(task, "weights", [Labels, new() { Loss = "adversary" }, new() { Loss = "kd", Temperature = 2 }], weighting: "best-single");
        using TwoPlayerLoop loop = new(job, CPU);
        Dictionary<string, float[]> before = Weights();
        int[] rows = [.. Enumerable.Range(0, 16)];
        using var stream = job.SoftTargets!.Open([rows], CancellationToken.None);
        loop.Step(new LoopTick(0, TrainingPhase.Train, rows, stream.Take(), 0.01, 0, Read: false));
        float[] given = [.. Enumerable.Range(0, 3).Select(k => loop.Instances!.Of(0)[k])];
        foreach (var (name, weights) in Weights())
        {
            int teacher = int.Parse(name.Split("teacher-")[1].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture) - 1;
            // The last layer's bias cancels in D(z) − D(s).
            if (!name.EndsWith("score.bias", StringComparison.Ordinal))
                Assert.Equal(given[teacher] > 0, !before[name].SequenceEqual(weights));
        }

        Dictionary<string, float[]> Weights() => loop.Weights.ToDictionary(w => w.Name, w => w.Weight.data<float>().ToArray());
    }

    internal static TrainingJob Job(TrainingCase task, string name, TermSpec[] terms, int epochs = 2, string weighting = "uniform")
    {
        TrainingJob job = task.Job(name, task.Teachers(), new WeightingSpec { Kind = weighting });
        return job with { Objective = new ObjectiveSpec { Terms = terms }, Training = job.Training with { Epochs = epochs }, Loop = Play };
    }
}
