using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;
using static TorchSharp.torch;

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

    /// <summary>Losses on maps, with and without networks of their own: the same bytes after stops, and from run to run.</summary>
    [Fact]
    public void Students_that_learn_from_maps_end_with_the_same_bytes()
    {
        using var task = new ImageCase(200);
        TrainingResult whole = StudentTrainer.Train(Taught(task, "whole")), result = StudentTrainer.Train(Taught(task, "again"));
        TrainingJob job = Taught(task, "broken") with { ProgressEvery = TimeSpan.Zero };
        for (int at = 3; at < 20; at += 8)
        {
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => StudentTrainer.Train(job, new StopAt(at, stop), stop.Token));
        }

        Assert.Equal(whole.Best, StudentTrainer.Train(job).Best);
        Assert.Equal(whole.Best, result.Best);
        foreach (string file in new[] { "best/model.safetensors", "last/state.safetensors", "metrics.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(task.Folder, "whole", file)), File.ReadAllBytes(Path.Combine(task.Folder, "again", file)));
            Assert.Equal(File.ReadAllBytes(Path.Combine(task.Folder, "whole", file)), File.ReadAllBytes(Path.Combine(job.Folder, file)));
        }
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

    private static TrainingJob Taught(ImageCase task, string name)
    {
        using Model teacher = task.Create("cnn", seed: 9);
        teacher.eval();
        TrainingJob job = task.Job(name, "cnn");
        string[] names = [OutputNames.Map(1), OutputNames.Map(2), OutputNames.Map(1, 2), OutputNames.Map(2, 2)];
        OutputShape[] shapes = [.. names.Select(n => teacher.Outputs.First(o => o.Name == n).Shape)];
        Dictionary<string, float[]>[] said = Array.ConvertAll(job.Train.Views.ToArray(), v =>
        {
            using var off = no_grad();
            using var scope = NewDisposeScope();
            return teacher.Compute(teacher.Collate([v]), names).ToDictionary(o => o.Key, o => o.Value.contiguous().data<float>().ToArray());
        });
        teacher.Random?.Dispose();
        FakeSoftTargets source = new(1, 0, null, task.Labels, (_, _) => new float[ImageCase.Classes], _ => [])
        {
            Teachers = [new TeacherDescription("t", "cnn", 1, task.Labels.Names, task.Labels.Hash, "", 0, [.. names.Select((n, i) => new TeacherOutput(new string('1', 64), n, ElementType.Float32, shapes[i], 0, task.Labels.Hash))], double.NaN)],
            Outputs = rows => [.. names.Select((n, i) => new OutputRows(0, n, shapes[i], new int[rows.Length], [.. rows.Select(r => (ReadOnlyMemory<float>)said[r][n])]))],
        };
        string[] losses = ["map-vid", "review", "factor-transfer", "map-nst", "channel-similarity", "channel-affinity", "channel-correlation", "spatial-correlation"];
        return job with
        {
            SoftTargets = source,
            Weighting = new WeightingSpec { Kind = "uniform" },
            Objective = new ObjectiveSpec { Terms = [new TermSpec { Loss = "cross-entropy" }, new TermSpec { Loss = "map-fsp", Pool = 2 }, .. losses.Select(l => new TermSpec { Loss = l, Weight = 0.1, Projection = "linear" })] },
        };
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
