using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Images;
using KdCluster.Tests.Models;

namespace KdCluster.Tests.Training;

/// <summary>Parts that a training leaves as they are.</summary>
public class FrozenPartsTests : TensorScope
{
    [Fact]
    public void What_is_frozen_stays_and_the_rest_learns()
    {
        using var task = new TrainingCase(200);
        TrainingJob job = Frozen(task.Job("frozen"));
        var result = StudentTrainer.Train(job);
        Dictionary<string, byte[]> before = First(job), after = Weights(result.BestFolder);
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(after, w => Assert.Equal(w.Key.StartsWith("embedding.", StringComparison.Ordinal), w.Value.SequenceEqual(before[w.Key])));
        Assert.NotEqual(JobFingerprint.Of(job), JobFingerprint.Of(task.Job("frozen")));
        // Nothing of the optimizer is kept for them.
        using var state = SafeTensorsReader.Open(Path.Combine(job.Folder, "last", "state.safetensors"));
        Assert.DoesNotContain(state.Tensors, t => t.Name.EndsWith("embedding.weight", StringComparison.Ordinal) && !t.Name.StartsWith("weights.", StringComparison.Ordinal));
        Assert.Contains(state.Tensors, t => t.Name.EndsWith("classifier.weight", StringComparison.Ordinal) && !t.Name.StartsWith("weights.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_statistics_of_a_frozen_normalisation_stay_too()
    {
        using var task = new ImageCase(96);
        TrainingJob job = task.Job("frozen", "cnn");
        using Model model = task.Create("cnn", seed: 1);
        string[] still = [.. model.Parts.Where(p => p != "classifier")];
        Assert.Contains("bn1", still);
        var result = StudentTrainer.Train(job with { Training = job.Training with { Freeze = still } });
        Dictionary<string, byte[]> before = First(job), after = Weights(result.BestFolder);
        Assert.Contains(after.Keys, k => k.Contains("running_mean", StringComparison.Ordinal));
        Assert.All(after, w => Assert.Equal(!w.Key.StartsWith("classifier.", StringComparison.Ordinal), w.Value.SequenceEqual(before[w.Key])));
    }

    [Fact]
    public void A_part_that_there_is_not_and_all_of_them_are_refused()
    {
        Assert.Equal("KD1230", FrozenParts.Fault(["embedding", "tail"], ["embedding", "classifier"], [])!.Code);
        Assert.Contains("no part 'tail'", FrozenParts.Fault(["embedding", "tail"], ["embedding", "classifier"], [])!.What, StringComparison.Ordinal);
        Assert.Contains("nothing is left", FrozenParts.Fault(["classifier", "embedding"], ["embedding", "classifier"], [])!.What, StringComparison.Ordinal);
        Assert.Null(FrozenParts.Fault(["classifier"], ["embedding", "classifier"], []));
        using var task = new TrainingCase(200);
        TrainingJob job = task.Job("refused");
        Assert.Equal("KD1230", Assert.Throws<KdException>(() => StudentTrainer.Train(job with { Training = job.Training with { Freeze = ["tail"] } })).Code);
    }

    internal static TrainingJob Frozen(TrainingJob job) => job with { Training = job.Training with { Freeze = ["embedding"] } };

    private static Dictionary<string, byte[]> First(TrainingJob job)
    {
        using Model model = ModelFactory.Create(job.Encoder.ShapeOf(job.Model, job.Labels.Count), job.Seed);
        model.Random?.Dispose();
        return model.state_dict().ToDictionary(w => w.Key, w => w.Value.contiguous().bytes.ToArray());
    }

    private static Dictionary<string, byte[]> Weights(string folder)
    {
        using var reader = SafeTensorsReader.Open(Path.Combine(folder, "model.safetensors"));
        return reader.Tensors.ToDictionary(t => t.Name, t => reader.ReadBytes(t).ToArray());
    }
}
