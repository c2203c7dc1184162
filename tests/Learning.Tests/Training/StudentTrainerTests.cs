using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Teachers;
using KdCluster.Tests.Models;
using TorchSharp;

namespace KdCluster.Tests.Training;

public class StudentTrainerTests : TensorScope
{
    [Fact]
    public void Perfect_teachers_beat_noisy_labels()
    {
        using var task = new TrainingCase(600, wrongLabels: 0.6, ownWords: 1);
        var spec = new TrainingSpec { Epochs = 4, BatchSize = 16, LearningRate = 0.01 };
        var alone = StudentTrainer.Train(task.Job("alone") with { Training = spec });
        var taught = StudentTrainer.Train(task.Job("taught", task.Teachers()) with { Training = spec });
        Assert.True(taught.Best.Accuracy > alone.Best.Accuracy + 0.1, $"{taught.Best.Accuracy} against {alone.Best.Accuracy}");
        Assert.Equal(4 * 38, taught.Steps);
        Assert.Equal(4 * 600, taught.TeacherRows);
        Assert.Equal(2 * 4 * 600, taught.StoreHits);
        Assert.Null(alone.Weights);
        Assert.All(taught.Weights!.MeanWeight, w => Assert.Equal(1 / 3.0, w, 5));
    }

    [Fact]
    public void The_policy_leaves_out_a_teacher_that_is_always_wrong()
    {
        using var task = new TrainingCase(600, ownWords: 1);
        var spec = new WeightingSpec { Kind = "reinforced", StudentWarmup = 20, PolicyWarmup = 40, Episode = 4 };
        var phases = new List<TrainingPhase>();
        var job = task.Job("reinforced", task.Teachers(badFirst: true), spec) with { ProgressEvery = TimeSpan.Zero };
        var result = StudentTrainer.Train(job, new Progress(p => phases.Add(p.Phase)));
        Assert.True(result.Weights!.MeanWeight[0] < 0.1, string.Join(' ', result.Weights.MeanWeight));
        Assert.Equal(2 * 38, result.Steps);
        Assert.Equal((2 * 600) + 600 + (2 * 16), result.TeacherRows);   // two epochs, and 40 batches of warm-up: one pass of 38 and two more
        TrainingPhase[] wanted = [TrainingPhase.StudentWarmup, TrainingPhase.PolicyWarmup, TrainingPhase.Train, TrainingPhase.Validate, TrainingPhase.Train, TrainingPhase.Validate, TrainingPhase.Train, TrainingPhase.Done];
        Assert.Equal(wanted, phases.Where((s, i) => i == 0 || phases[i - 1] != s));
    }

    [Fact]
    public void The_best_checkpoint_loads_and_scores_what_was_said()
    {
        using var task = new TrainingCase(300);
        var result = StudentTrainer.Train(task.Job("one"));
        var found = Checkpoint.Load(result.BestFolder);
        using var model = found.Model;
        Assert.Equal(result.Best, Evaluator.Evaluate(model, task.Validation));
        Assert.Equal(result.Best.Accuracy, found.Info.Metrics["validation.accuracy"]);
        var predictions = Evaluator.Predict(model, task.Validation.Views);
        Assert.Equal(result.Best.Accuracy, predictions.Zip(task.Validation.Labels).Average(p => p.First.Label == p.Second ? 1.0 : 0), 12);
        Assert.All(predictions, p => Assert.Equal(1, p.Probabilities.Sum(), 5));
        model.Random!.Dispose();
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_the_step_and_keeps_the_last_checkpoint()
    {
        using var task = new TrainingCase(300);
        int calls = 0;
        var poisoned = new FakeSoftTargets(1, 4, task.Tokenizer, task.Labels, (_, _) => ++calls > 16 * 10 ? [float.NaN, 0, 0, 0] : [1, 0, 0, 0], _ => new float[4]);
        var job = task.Job("nan", poisoned);
        var error = Assert.Throws<KdException>(() => StudentTrainer.Train(job));
        Assert.Equal("KD1209", error.Code);
        Assert.Contains("step 11 of", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(job.Folder, "last")));
    }

    [Fact]
    public void A_learning_rate_that_explodes_is_found_without_clipping_too()
    {
        using var task = new TrainingCase(100);
        var job = task.Job("explode") with { Training = new TrainingSpec { Epochs = 30, Optimizer = "adam", WeightDecay = 0, LearningRate = 1e38, Clip = 0, Warmup = 0 } };
        Assert.Equal("KD1209", Assert.Throws<KdException>(() => StudentTrainer.Train(job)).Code);
    }

    [Fact]
    public void Teachers_of_other_labels_are_all_refused_before_anything_starts()
    {
        using var task = new TrainingCase(50);
        var good = task.Teachers();
        var source = new FakeSoftTargets(3, 4, task.Tokenizer, task.Labels, (_, _) => new float[4], _ => new float[4])
        {
            Teachers = [good.Teachers[0], good.Teachers[1] with { LabelSpace = new string('0', 64) }, good.Teachers[2] with { LabelSpace = new string('1', 64) }],
        };
        var error = Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("mismatch", source)));
        Assert.Equal(["KD1301", "KD1301"], error.Errors.Select(e => e.Code));
        Assert.Equal(["teacher teacher-1", "teacher teacher-2"], error.Errors.Select(e => e.Where));
        Assert.False(Directory.Exists(Path.Combine(task.Folder, "mismatch")));
    }

    [Fact]
    public void An_embedding_that_nobody_serves_is_refused()
    {
        using var task = new TrainingCase(50);
        var source = new FakeSoftTargets(1, 0, task.Tokenizer, task.Labels, (_, _) => new float[4], _ => []);
        var job = task.Job("embedding", source, new WeightingSpec { Kind = "reinforced" });
        Assert.Equal("KD1305", Assert.Throws<KdException>(() => StudentTrainer.Train(job)).Code);
    }

    [Fact]
    public void Progress_is_reported_by_the_clock_and_at_events()
    {
        using var task = new TrainingCase(300);
        var seen = new List<TrainingProgress>();
        var result = StudentTrainer.Train(task.Job("still", task.Teachers()) with { Time = new FakeTimeProvider() }, new Progress(seen.Add));
        Assert.Equal(
            [TrainingPhase.Train, TrainingPhase.Validate, TrainingPhase.Train, TrainingPhase.Validate, TrainingPhase.Train, TrainingPhase.Done],
            seen.Select(p => p.Phase));
        Assert.Equal([0, 19, 19, 38, 38, 38], seen.Select(p => p.Step));
        Assert.All(seen, p => Assert.Equal(38, p.Steps));
        Assert.Equal(2 * 300 * 2, seen[^1].StoreHits);
        Assert.Equal(result.Best.Accuracy, seen[^1].BestAccuracy);
        Assert.True(double.IsFinite(seen[^1].Loss));
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        using var task = new TrainingCase(300);
        var live = new List<long>();
        var spec = new WeightingSpec { Kind = "reinforced", StudentWarmup = 5, PolicyWarmup = 5, Episode = 4 };
        var job = task.Job("steps", task.Teachers(), spec) with { ProgressEvery = TimeSpan.Zero };
        StudentTrainer.Train(job, new Progress(p => live.Add(p.Step is 3 or 8 or 15 or 30 or 43 ? DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount : 0)));
        Assert.Single(live.Where(n => n > 0).Distinct());
    }

    private sealed class Progress(Action<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen(value);
    }
}
