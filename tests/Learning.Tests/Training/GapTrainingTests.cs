using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Models;
using KdCluster.Tests.Weightings;
using KdCluster.Weightings;

namespace KdCluster.Tests.Training;

/// <summary>The policy that looks at the student too, in a whole training.</summary>
public class GapTrainingTests : TensorScope
{
    private const int Width = 6;

    [Fact]
    public void The_policy_is_told_what_the_student_says_of_the_batch_and_how_near_it_is_to_each_teacher()
    {
        using var task = new TrainingCase(200);
        var seen = new Recorder();
        TrainingJob job = Job(task, "gap");
        var result = StudentTrainer.Train(job with { PolicyHost = seen, Training = job.Training with { Epochs = 6 } });

        Assert.True(seen.Batches.Count > 25);
        Assert.All(seen.Batches, b => Assert.Equal(b.Labels.Length * TrainingCase.Classes, b.StudentLogits.Length));
        Assert.All(seen.Batches, b => Assert.Equal(b.Labels.Length * 2, b.Cosines.Length));
        Assert.All(seen.Batches.SelectMany(b => b.Cosines), c => Assert.InRange(c, -1.00001f, 1.00001f));
        // The projections learn what the teachers say; the second one's embeddings are noise.
        Assert.True(Near(seen.Batches[^1], 0) > Near(seen.Batches[0], 0) + 0.1, $"{Near(seen.Batches[0], 0)} {Near(seen.Batches[^1], 0)}");
        Assert.True(Near(seen.Batches[^1], 0) > Near(seen.Batches[^1], 1) + 0.1, $"{Near(seen.Batches[^1], 0)} {Near(seen.Batches[^1], 1)}");
        // What it learns from is what it saw: the student has not moved between.
        Assert.All(seen.Feedback, f => Assert.Equal(f.Batch.StudentLogits, f.Heard.StudentLogits));
        Assert.Equal(2, result.Weights!.MeanWeight.Length);
    }

    [Fact]
    public void Another_policy_is_told_nothing_of_the_student()
    {
        using var task = new TrainingCase(200);
        var seen = new Recorder();
        TrainingJob job = Job(task, "plain");
        StudentTrainer.Train(job with { PolicyHost = seen, Weighting = job.Weighting with { Kind = "reinforced" } });
        Assert.All(seen.Batches, b => Assert.Empty(b.StudentLogits));
        Assert.All(seen.Batches, b => Assert.Empty(b.Cosines));
    }

    internal static TrainingJob Job(TrainingCase task, string name)
    {
        TeacherDescription Teacher(int k) => new(
            $"teacher-{k}", "bag-of-embeddings", 1, task.Labels.Names, task.Labels.Hash, task.Tokenizer.Hash, task.Tokenizer.MaxLength,
            [
                new TeacherOutput(new string((char)('1' + k), 64), OutputNames.Logits, ElementType.Float32, new OutputShape(TrainingCase.Classes), 0, task.Labels.Hash),
                new TeacherOutput(new string((char)('1' + k), 64), OutputNames.Embedding, ElementType.Float32, new OutputShape(Width), 0, task.Labels.Hash),
            ],
            double.NaN);
        float[] Embedding(int k, int row) => k == 0
            ? [.. Enumerable.Range(0, Width).Select(f => f == task.Train.Labels[row] ? 2f : 0.1f)]
            : WeightingCase.Numbers(Width, 77, row);
        FakeSoftTargets source = new(2, Width, task.Tokenizer, task.Labels, (k, r) => [.. Enumerable.Range(0, TrainingCase.Classes).Select(c => c == (task.Train.Labels[r] + k) % TrainingCase.Classes ? 3f : 0)], r => Embedding(0, r))
        {
            Teachers = [Teacher(0), Teacher(1)],
            Outputs = rows => [.. Enumerable.Range(0, 2).Select(k => new OutputRows(k, OutputNames.Embedding, new OutputShape(Width), [.. rows.Select(r => task.Train.Views[r].Length)], [.. rows.Select(r => (ReadOnlyMemory<float>)Embedding(k, r))]))],
        };
        TermSpec[] terms = [new() { Loss = "kd", Temperature = 2 }, new() { Loss = "cross-entropy" }, new() { Loss = "embedding-mse", Weight = 10, Projection = "linear" }];
        var policy = new WeightingSpec { Kind = StudentGap.WeightingName, StudentWarmup = 5, PolicyWarmup = 6, Episode = 4, Reward = "r2" };
        return task.Job(name, source, policy) with { Objective = new ObjectiveSpec { Terms = terms } };
    }

    private static double Near(PolicyBatch batch, int teacher) => batch.Cosines.Where((_, at) => at % 2 == teacher).Average();

    private sealed class Recorder : IPolicyHost
    {
        private IPolicy? _policy;

        public List<PolicyBatch> Batches { get; } = [];

        public List<(PolicyBatch Batch, PolicyFeedback Heard)> Feedback { get; } = [];

        public Task<WeightStatistics> BeginAsync(WeightingSetup setup, IReadOnlyDictionary<string, double[]>? state, IReadOnlyDictionary<string, double[]>? learned)
        {
            _policy = WeightingRegistry.CreatePolicy(setup, state, learned);
            return Task.FromResult(_policy.Statistics);
        }

        public Task<PolicyWeights> WeighAsync(PolicyBatch batch)
        {
            Batches.Add(batch);
            return Task.FromResult(_policy!.Weigh(batch));
        }

        public Task<double> LearnAsync(PolicyFeedback feedback)
        {
            Feedback.Add((Batches[^1], feedback));
            return Task.FromResult(_policy!.Learn(feedback));
        }

        public Task<PolicyState> StateAsync() => Task.FromResult(new PolicyState(_policy!.StateDict(), _policy.Statistics));

        public Task FreezeAsync() => throw new InvalidOperationException("nobody freezes it");
    }
}
