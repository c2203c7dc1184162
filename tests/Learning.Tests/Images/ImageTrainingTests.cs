using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Models;

namespace KdCluster.Tests.Images;

public sealed class ImageTrainingTests : TensorScope
{
    public static TheoryData<string> Kinds => ImageCase.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_learns_and_its_best_checkpoint_scores_what_was_said(string kind)
    {
        using var task = new ImageCase(400);
        TrainingJob job = task.Job("one", kind);
        TrainingResult result = StudentTrainer.Train(job);
        Assert.True(result.Best.Accuracy > 0.9, $"{result.Best.Accuracy}");
        Checkpoint found = Checkpoint.Load(result.BestFolder);
        using var model = found.Model;
        Assert.Equal(result.Best, Evaluator.Evaluate(model, job.Validation));
        model.Random!.Dispose();
    }

    // What batch normalisation has seen of the data is part of the state.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Stopped_at_any_step_and_resumed_it_ends_with_the_same_bytes(string kind)
    {
        using var task = new ImageCase(200);
        TrainingResult whole = StudentTrainer.Train(task.Job("whole", kind));
        TrainingJob job = task.Job("broken", kind) with { ProgressEvery = TimeSpan.Zero };
        TrainingResult? result = null;
        for (int at = 3; result is null; at += 7)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                result = StudentTrainer.Train(job, new StopAt(at, stop), stop.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.True(Directory.Exists(Path.Combine(job.Folder, "last")));
            }
        }

        foreach (string file in new[] { "best/model.safetensors", "best/preprocessor_config.json", "last/state.safetensors", "metrics.jsonl" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(task.Folder, "whole", file)), File.ReadAllBytes(Path.Combine(job.Folder, file)));
        Assert.Equal(whole.Best, result.Best);
    }

    [Fact]
    public void Another_pixel_and_another_normalisation_are_another_training()
    {
        using var task = new ImageCase(20);
        TrainingJob job = task.Job("one", "mlp");
        string fingerprint = JobFingerprint.Of(job);
        byte[] changed = task.Data.Train.Rows[7].Pixels.ToArray();
        changed[3] ^= 1;
        var views = job.Train.Views.ToArray();
        views[7] = new Instances.InstanceView(new Instances.NamedTensor(views[7].Tensors[0].Layout, changed));
        Assert.NotEqual(fingerprint, JobFingerprint.Of(job with { Train = job.Train with { Views = views } }));
        Assert.NotEqual(fingerprint, JobFingerprint.Of(job with { Model = job.Model with { Mean = [0.25] } }));
        Assert.Equal(fingerprint, JobFingerprint.Of(task.Job("two", "mlp")));
    }

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= step)
                stop.Cancel();
        }
    }
}
