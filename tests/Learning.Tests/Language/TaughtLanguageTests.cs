using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Metrics;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;

namespace KdCluster.Tests.Language;

public sealed class TaughtLanguageTests : TensorScope
{
    [Fact]
    public void A_student_learns_from_the_teacher_that_knows_the_language_and_best_single_and_reinforced_find_it()
    {
        using var task = new LanguageCase();
        TrainingJob plain = task.Job("teacher", epochs: 8, dropout: 0);
        using Model knows = KdCluster.Learning.Checkpoints.Checkpoint.Load(StudentTrainer.Train(plain).BestFolder).Model;
        using Model knowsNothing = ModelFactory.Create(task.Encoder.ShapeOf(plain.Model, 1), 9);
        FakeSoftTargets teachers = TokenTeachers.Of(task.Encoder, plain.Train, knowsNothing, knows);
        TrainingJob Job(string name, string weighting) => task.Job(name, dropout: 0) with
        {
            SoftTargets = teachers,
            Objective = new ObjectiveSpec { Alpha = 1, Temperature = 1 },
            Weighting = new WeightingSpec { Kind = weighting, Episode = 2, StudentWarmup = 0, PolicyWarmup = 8, LearningRate = 0.5 },
        };
        TrainingResult best = StudentTrainer.Train(Job("best", "best-single")), uniform = StudentTrainer.Train(Job("uniform", "uniform")), learned = StudentTrainer.Train(Job("learned", "reinforced"));
        Assert.Equal([0, 1], best.Weights!.MeanWeight);
        Assert.True(best.Best.Find(Metric.Perplexity) < uniform.Best.Find(Metric.Perplexity), $"{best.Best.Find(Metric.Perplexity)} against {uniform.Best.Find(Metric.Perplexity)}");
        Assert.True(learned.Weights!.MeanWeight[1] > 0.6, $"{learned.Weights.MeanWeight[1]}");
        TrainingResult alone = StudentTrainer.Train(task.Job("alone", dropout: 0));
        Assert.NotEqual(alone.Best, best.Best);
        knowsNothing.Random?.Dispose();
        knows.Random?.Dispose();
    }

    [Fact]
    public void A_training_with_a_policy_that_is_interrupted_ends_with_the_same_bytes()
    {
        using var task = new LanguageCase();
        using Model first = ModelFactory.Create(task.Encoder.ShapeOf(task.Job("x").Model, 1), 9), second = ModelFactory.Create(task.Encoder.ShapeOf(task.Job("x").Model, 1), 8);
        TrainingJob Job(string name) => task.Job(name) with
        {
            SoftTargets = TokenTeachers.Of(task.Encoder, task.Job(name).Train, first, second),
            Weighting = new WeightingSpec { Kind = "reinforced", Episode = 2 },
        };
        TrainingResult whole = StudentTrainer.Train(Job("whole"));
        TrainingJob broken = Job("broken");
        Assert.Throws<KdException>(() => StudentTrainer.Train(broken with { SoftTargets = Failing((FakeSoftTargets)broken.SoftTargets!, 9) }));
        TrainingResult resumed = StudentTrainer.Train(broken);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.BestFolder, "model.safetensors")), File.ReadAllBytes(Path.Combine(resumed.BestFolder, "model.safetensors")));
        Assert.Equal(whole.Weights!.MeanWeight, resumed.Weights!.MeanWeight);
        first.Random?.Dispose();
        second.Random?.Dispose();

        static FakeSoftTargets Failing(FakeSoftTargets from, int at) => new(2, 2, null, KdCluster.Learning.Data.LabelSpace.NextToken, (_, _) => [0], r => [1, r % 2]) { Teachers = from.Teachers, Outputs = from.Outputs, FailAt = at };
    }
}
