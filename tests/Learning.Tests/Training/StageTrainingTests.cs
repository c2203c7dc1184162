using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Training;

/// <summary>What a stage of a run needs beside a plain training: earlier students and the moving average as teachers, first weights, and which checkpoint it gives.</summary>
public class StageTrainingTests : TensorScope
{
    [Fact]
    public void The_moving_average_takes_the_first_step_whole_and_then_a_share()
    {
        using var model = Model(1);
        using var average = new MovingAverage(Model(2), model, decay: 0.6);
        double expected = 0;
        for (int step = 0; step < 5; step++)
        {
            using var off = no_grad();
            model.parameters().First().fill_((float)step);
            average.Update(step);
            double kept = Math.Min(1 - (1.0 / (step + 1)), 0.6);
            expected = (kept * expected) + ((1 - kept) * step);
            Assert.Equal(expected, average.Model.parameters().First()[1, 0].item<float>(), 1e-6);
        }

        Assert.False(average.Model.training);
        model.Random!.Dispose();
    }

    [Fact]
    public void Teachers_stand_in_the_stages_order_wherever_they_come_from()
    {
        using var task = new TrainingCase(120);
        var first = StudentTrainer.Train(task.Job("first"));
        var served = task.Teachers(2);
        var targets = new StageTargets(
            served, [new StageTeacher("stage:first", null, first.BestFolder), new StageTeacher("b", 1, null), new StageTeacher("average", null, null)], task.Job("x"));
        Assert.Equal(["stage:first", "teacher-1", "average"], targets.Teachers.Select(t => t.Name));
        Assert.Equal(CheckpointFingerprint.Compute(first.BestFolder, OutputNames.Logits)[0], Assert.Single(targets.Teachers[0].Outputs).Teacher);

        int[] rows = [5, 0, 77];
        using var stream = targets.Open([rows], CancellationToken.None);
        SoftTargetBatch batch = stream.Take();
        Assert.Equal(rows, batch.Instances);
        using Model model = Checkpoint.Load(first.BestFolder).Model;
        Prediction[] predictions = Evaluator.Predict(model, task.Train.Views);
        for (int i = 0; i < rows.Length; i++)
        {
            float[] own = batch.Logits[(i * 4)..((i + 1) * 4)];
            Assert.Equal(predictions[rows[i]].Label, Array.IndexOf(own, own.Max()));
            Assert.Equal([.. Enumerable.Range(0, 4).Select(c => c == task.Truth[rows[i]] ? 3.2f : 0f)], batch.Logits[((3 + i) * 4)..((4 + i) * 4)]);
        }

        Assert.All(batch.Logits[24..], z => Assert.Equal(0, z));
        Assert.Equal(served.EmbeddingWidth * 3, batch.Embedding.Length);
        model.Random!.Dispose();
    }

    [Fact]
    public void A_stage_begins_with_the_weights_of_another()
    {
        using var task = new TrainingCase(120);
        var spec = new TrainingSpec { Epochs = 1, BatchSize = 120, LearningRate = 1e-30 };   // one step that changes nothing
        var first = task.Job("first");
        StudentTrainer.Train(first);
        foreach (bool last in (bool[])[false, true])
        {
            var next = task.Job($"next-{last}") with { Training = spec, First = new FirstWeights(first.Folder, last) };
            var result = StudentTrainer.Train(next);
            if (!last)
                Assert.Equal(File.ReadAllBytes(Path.Combine(first.Folder, "best", "model.safetensors")), File.ReadAllBytes(Path.Combine(result.BestFolder, "model.safetensors")));
            Assert.NotEqual(JobFingerprint.Of(next), JobFingerprint.Of(next with { First = null }));
            Assert.NotEqual(JobFingerprint.Of(next), JobFingerprint.Of(next with { First = new FirstWeights(first.Folder, !last) }));
        }
    }

    [Theory]
    [InlineData("accuracy")]
    [InlineData("cross-entropy")]
    [InlineData("last")]
    public void The_checkpoint_that_a_stage_gives_is_chosen_as_it_says(string select)
    {
        var position = new TrainingPosition { Job = "" };
        EvaluationResult[] found = [Found(0.5, 1), Found(0.7, 2), Found(0.6, 0.9), Found(0.4, 3)];
        int best = -1;
        for (int i = 0; i < found.Length; i++)
        {
            if (position.IsBeatenBy(found[i], select))
                (position, best) = (position with { Best = found[i] }, i);
        }

        Assert.Equal(select switch { "accuracy" => 1, "cross-entropy" => 2, _ => 3 }, best);

        static EvaluationResult Found(double accuracy, double crossEntropy) => EvaluationResult.OfClasses(1, accuracy, accuracy, crossEntropy, 0);
    }

    [Fact]
    public void A_student_learns_from_its_own_average()
    {
        using var task = new TrainingCase(300, wrongLabels: 0.2);
        TrainingJob plain = task.Job("plain") with { Objective = new ObjectiveSpec { Terms = [new TermSpec { Loss = "cross-entropy", Smoothing = 0 }] } };
        TrainingJob own = Averaged(task, "own");
        own = own with { Training = own.Training with { Epochs = 8 } };
        Assert.True(StudentTrainer.Train(own).Best.Accuracy > 0.5);
        StudentTrainer.Train(plain);
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(plain.Folder, "best", "model.safetensors")), File.ReadAllBytes(Path.Combine(own.Folder, "best", "model.safetensors")));
    }

    internal static TrainingJob Averaged(TrainingCase task, string name)
    {
        TrainingJob job = task.Job(name) with
        {
            AverageTeacher = 0,
            Objective = new ObjectiveSpec { Terms = [new TermSpec { Loss = "cross-entropy", Weight = 0.4 }, new TermSpec { Loss = "beta-smoothing", Weight = 0.6, Shape = 3 }] },
        };
        return job with { SoftTargets = new StageTargets(null, [new StageTeacher("average", null, null)], job) };
    }

    private static Model Model(long seed) => ModelFactory.Create(new ModelSpec { Kind = "bag-of-embeddings", Embedding = 4, Hidden = 3 }, 10, 2, 8, seed);
}
