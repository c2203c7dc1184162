using System.Text.Json;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;

namespace KdCluster.Tests.Regression;

public class ScoreTrainingTests : TensorScope
{
    [Fact]
    public void A_model_learns_scores_from_labels_and_better_from_teachers_where_labels_are_noisy()
    {
        using var task = new ScoreCase(300, noise: 4);
        TrainingResult alone = StudentTrainer.Train(task.Job("alone")), taught = StudentTrainer.Train(task.Job("taught", task.Teachers(1)));
        Assert.True(alone.Best.Find(Metric.Pearson) > 0.5, $"{alone.Best.Find(Metric.Pearson)}");
        Assert.True(taught.Best.Find(Metric.Pearson) > alone.Best.Find(Metric.Pearson) + 0.02, $"{taught.Best.Find(Metric.Pearson)} against {alone.Best.Find(Metric.Pearson)}");
        Assert.True(taught.Best.Find(Metric.MeanSquaredError) < alone.Best.Find(Metric.MeanSquaredError));
        Assert.Throws<InvalidOperationException>(() => taught.Best.Accuracy);
    }

    [Fact]
    public void The_checkpoint_is_a_model_with_one_output_in_the_labels_unit()
    {
        using var task = new ScoreCase(200);
        TrainingResult result = StudentTrainer.Train(task.Job("one"));
        Checkpoint found = Checkpoint.Load(result.BestFolder);
        using Model model = found.Model;
        Assert.Same(LabelSpace.Score, found.Labels);
        Assert.Equal(("score", new OutputShape(1)), model.Outputs[0]);
        Assert.DoesNotContain(model.Outputs, o => o.Name == "logits");
        float[] scores = Evaluator.Score(model, task.Validation.Views);
        double[] x = Array.ConvertAll(scores, s => (double)s), y = Array.ConvertAll(task.Validation.Scores!, s => (double)s);
        Assert.Equal(Correlation.Pearson(x, y), result.Best.Find(Metric.Pearson));
        Assert.Equal(Correlation.Spearman(x, y), result.Best.Find(Metric.Spearman));
        Assert.Equal(x.Zip(y, (a, b) => (a - b) * (a - b)).Average(), result.Best.Find(Metric.MeanSquaredError)!.Value, 12);
        Assert.Equal(["validation.mse", "validation.pearson", "validation.spearman"], found.Info.Metrics.Keys.Order(StringComparer.Ordinal));
        string config = File.ReadAllText(Path.Combine(result.BestFolder, "config.json")), card = File.ReadAllText(Path.Combine(result.BestFolder, "README.md"));
        Assert.Contains("\"problem_type\": \"regression\"", config, StringComparison.Ordinal);
        Assert.Contains("text-regression", card, StringComparison.Ordinal);
        string metrics = File.ReadAllText(Path.Combine(task.Folder, "one", "metrics.jsonl"));
        Assert.Contains("\"pearson\":", metrics, StringComparison.Ordinal);
        Assert.Contains("\"term.squared-error\":", metrics, StringComparison.Ordinal);
        foreach (string absent in (string[])["class", "accuracy", "macro", "calibration", "cross", "logit"])
            Assert.DoesNotContain(absent, card + metrics, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(CheckpointFingerprint.Compute(result.BestFolder, "score"), CheckpointFingerprint.Compute(result.BestFolder, "score"));
    }

    [Fact]
    public void Another_teacher_of_scores_is_another_training()
    {
        using var task = new ScoreCase(60);
        string Of(char teacher) => JobFingerprint.Of(task.Job("one", new FakeSoftTargets(1, 0, task.Tokenizer, LabelSpace.Score, (_, _) => [0], _ => [])
        {
            Teachers = [new TeacherDescription("t", "bag-of-embeddings", 1, ["score"], LabelSpace.Score.Hash, task.Tokenizer.Hash, 16, [new TeacherOutput(new string(teacher, 64), "score", ElementType.Float32, new OutputShape(1), 0, LabelSpace.Score.Hash)], double.NaN)],
        }));
        Assert.Equal(Of('1'), Of('1'));
        Assert.NotEqual(Of('1'), Of('2'));
    }

    [Fact]
    public void Before_it_has_learned_a_model_answers_near_the_mean_of_the_labels()
    {
        using var task = new ScoreCase(200);
        TrainingJob job = task.Job("far") with { Train = task.Train with { Scores = [.. task.Train.Scores!.Select(s => s + 1000)] } };
        using var loop = new SupervisedLoop(job, TorchSharp.torch.CPU);
        Assert.All(Evaluator.Score(loop.Model, task.Validation.Views), s => Assert.InRange(s, 1002, 1004));
    }

    [Theory]
    [InlineData("alone")]
    [InlineData("uniform")]
    [InlineData("random-single")]
    [InlineData("best-single")]
    public void Stopped_at_any_step_and_resumed_it_ends_with_the_same_bytes(string kind)
    {
        using var task = new ScoreCase(160);
        TrainingJob Job(string name) => kind == "alone" ? task.Job(name) with { ValidateEvery = 4 } : task.Job(name, task.Teachers(), kind);
        TrainingResult whole = StudentTrainer.Train(Job("whole"));
        TrainingJob job = Job("broken") with { ProgressEvery = TimeSpan.Zero };
        var stops = new Queue<int>([4, 13, 22]);
        TrainingResult? result = null;
        while (result is null)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                result = StudentTrainer.Train(job, new ResumeTests.Stopper(stops, stop), stop.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.True(Directory.Exists(Path.Combine(job.Folder, "last")));
            }
        }

        Assert.Empty(stops);
        Assert.Equal(whole.Best, result.Best);
        foreach (string file in (string[])["metrics.jsonl", "best/model.safetensors", "last/state.safetensors"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(task.Folder, "whole", file)), File.ReadAllBytes(Path.Combine(job.Folder, file)));
    }

    [Fact]
    public void Best_single_is_the_teacher_nearest_to_the_label()
    {
        using var task = new ScoreCase(160, noise: 0);
        TrainingResult result = StudentTrainer.Train(task.Job("best", task.Teachers(3), "best-single"));
        Assert.Equal([1.0, 0, 0], result.Weights!.MeanWeight);
    }

    [Fact]
    public void Other_scores_are_another_training_and_classes_are_refused_as_teachers()
    {
        using var task = new ScoreCase(100);
        StudentTrainer.Train(task.Job("one"));
        float[] changed = [.. task.Train.Scores!];
        changed[7] += 0.5f;
        Assert.Equal("KD1225", Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("one") with { Train = task.Train with { Scores = changed } })).Code);
        var classes = new FakeSoftTargets(1, 4, task.Tokenizer, new LabelSpace(["a", "b"]), (_, _) => [0, 1], _ => new float[4]);
        KdError error = Assert.Single(Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("two", classes))).Errors);
        Assert.Equal("KD1301", error.Code);
        Assert.Contains("same task", error.Remedy!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pearson", 1)]
    [InlineData("spearman", 3)]
    [InlineData("mse", 4)]
    [InlineData("last", 5)]
    public void A_checkpoint_is_selected_by_what_the_recipe_says(string select, int expected)
    {
        EvaluationResult[] found =
        [
            EvaluationResult.OfScores(9, null, null, 0.9), EvaluationResult.OfScores(9, 0.8, 0.2, 0.8), EvaluationResult.OfScores(9, 0.8, 0.3, 0.8),
            EvaluationResult.OfScores(9, 0.7, 0.6, 0.7), EvaluationResult.OfScores(9, -0.5, -0.5, 0.1), EvaluationResult.OfScores(9, null, null, 0.2),
        ];
        Assert.Equal(expected, Chosen(found, select));
    }

    /// <summary>Of equal correlations the one with less error; where none is defined, that alone.</summary>
    [Fact]
    public void An_undefined_correlation_is_worse_than_any_and_equal_ones_are_told_apart_by_the_error()
    {
        Assert.Equal(1, Chosen([EvaluationResult.OfScores(9, null, null, 0.9), EvaluationResult.OfScores(9, -1, -1, 5)], "pearson"));
        Assert.Equal(1, Chosen([EvaluationResult.OfScores(9, null, null, 0.9), EvaluationResult.OfScores(9, null, null, 0.8), EvaluationResult.OfScores(9, null, null, 0.8)], "pearson"));
        Assert.Equal(2, Chosen([EvaluationResult.OfScores(9, 0.5, 0.1, 0.9), EvaluationResult.OfScores(9, null, null, 0.1), EvaluationResult.OfScores(9, 0.5, 0.1, 0.8)], "spearman"));
    }

    [Fact]
    public void Constant_answers_or_labels_have_no_correlation_and_an_error()
    {
        EvaluationResult result = Scoring.Of([2, 2, 2], [1f, 2, 3]);
        Assert.Null(result.Find(Metric.Pearson));
        Assert.Equal(["mse"], result.ByName().Keys);
        Assert.Equal(2.0 / 3, result.Loss, 12);
        Assert.Null(Scoring.Of([1, 2, 3], [4f, 4, 4]).Find(Metric.Spearman));
    }

    /// <summary>What an earlier version wrote is read, and what is written of classes is what it wrote.</summary>
    [Fact]
    public void Kept_results_are_what_they_were()
    {
        const string old = "{\"Count\":10,\"Accuracy\":0.9,\"MacroF1\":0.8,\"CrossEntropy\":0.7,\"CalibrationError\":0.1}";
        EvaluationResult result = JsonSerializer.Deserialize<EvaluationResult>(old)!;
        Assert.Equal(EvaluationResult.OfClasses(10, 0.9, 0.8, 0.7, 0.1), result);
        Assert.Equal(old, JsonSerializer.Serialize(result));
        EvaluationResult scores = EvaluationResult.OfScores(3, null, 0.5, 2);
        Assert.Equal("{\"Count\":3,\"Spearman\":0.5,\"Mse\":2}", JsonSerializer.Serialize(scores));
        Assert.Equal(scores, JsonSerializer.Deserialize<EvaluationResult>(JsonSerializer.Serialize(scores)));
    }

    private static int Chosen(EvaluationResult[] found, string select)
    {
        var position = new TrainingPosition { Job = "" };
        int best = -1;
        for (int i = 0; i < found.Length; i++)
        {
            if (position.IsBeatenBy(found[i], select))
                (position, best) = (position with { Best = found[i] }, i);
        }

        return best;
    }
}
