using System.Text.Json.Nodes;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;
using TorchSharp;

namespace KdCluster.Tests.Published;

/// <summary>Trainings that begin with a folder.</summary>
public sealed class PretrainedTests : TensorScope
{
    private static readonly LabelSpace Other = new(["yes", "no"]);

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("distilbert")]
    public void A_model_begins_with_the_folders_weights_and_with_its_head_where_the_labels_are_the_same(string kind)
    {
        using var task = new TrainingCase(20);
        PretrainedFolder same = Folder(task, kind, task.Labels, "same"), other = Folder(task, kind, Other, "other");
        var spec = new ModelSpec { Kind = kind, Dropout = 0.3 };
        Dictionary<string, float[]> there = Saved(same), kept = Begun(same, task.Labels), renewed = Begun(other, task.Labels);
        Assert.Equal(there.Keys.Order(StringComparer.Ordinal), kept.Keys.Order(StringComparer.Ordinal));
        Assert.All(there, w => Assert.Equal(w.Value, kept[w.Key]));

        string last = kind == "roberta" ? "classifier.out_proj." : "classifier.";
        Dictionary<string, float[]> from = Saved(other);
        Assert.All(renewed.Where(w => !w.Key.StartsWith(last, StringComparison.Ordinal)), w => Assert.Equal(from[w.Key], w.Value));
        Assert.Equal(4, renewed[last + "bias"].Length);
        Assert.NotEqual(Begun(other, task.Labels, seed: 9)[last + "weight"], renewed[last + "weight"]);

        Dictionary<string, float[]> Begun(PretrainedFolder folder, LabelSpace labels, long seed = 5)
        {
            using Model model = ModelFactory.Create(folder.ShapeOf(spec, labels.Count), seed);
            Assert.Equal(0.3, model.Spec.Dropout);
            folder.Load(model, labels);
            return Weights(model);
        }
    }

    [Fact]
    public void A_training_begins_there_and_its_result_loads()
    {
        using var task = new TrainingCase(320, ownWords: 4);
        PretrainedFolder folder = Folder(task, "bert", Other, "base");
        TrainingJob job = task.Job("a") with { Model = new ModelSpec { Kind = "bert", Pretrained = folder.Path }, Training = new TrainingSpec { Epochs = 20, BatchSize = 16, LearningRate = 0.003 } };
        TrainingResult result = StudentTrainer.Train(job);
        Assert.True(result.Best.Accuracy > 0.6, $"{result.Best.Accuracy}");
        Checkpoint checkpoint = Checkpoint.Load(result.BestFolder);
        using Model model = checkpoint.Model;
        Assert.Equal(task.Labels.Hash, checkpoint.Labels.Hash);
        Assert.Equal(24, model.Shape.MaxLength);

        // Elsewhere, the same folder is the same training; with other weights it is another.
        string moved = Path.Combine(task.Folder, "moved");
        Directory.Move(folder.Path, moved);
        StudentTrainer.Train(job with { Model = job.Model with { Pretrained = moved } });
        Folder(task, "bert", Other, "moved", seed: 8);
        Assert.Equal("KD1225", Assert.Throws<KdException>(() => StudentTrainer.Train(job with { Model = job.Model with { Pretrained = moved } })).Code);
    }

    [Fact]
    public void Whatever_is_wrong_with_a_folder_is_told_before()
    {
        using var task = new TrainingCase(20);
        PretrainedFolder folder = Folder(task, "bert", task.Labels, "base");
        Assert.Equal("KD1217", Assert.Throws<KdException>(() => folder.Try(new ModelSpec { Kind = "roberta" }, task.Labels)).Code);
        Assert.Equal("KD1202", Assert.Throws<KdException>(() => new PretrainedFolder(Path.Combine(task.Folder, "none")).Try(new ModelSpec { Kind = "bert" }, task.Labels)).Code);
        Assert.Contains("hidden.1", folder.Try(new ModelSpec { Kind = "bert" }, Other).Outputs.Select(o => o.Name));
        File.Delete(Path.Combine(folder.Path, "tokenizer.json"));
        Assert.Equal("KD1202", Assert.Throws<KdException>(() => folder.Try(new ModelSpec { Kind = "bert" }, task.Labels)).Code);
        File.WriteAllBytes(Path.Combine(folder.Path, "tokenizer.json"), task.Tokenizer.ToBytes());
        string config = Path.Combine(folder.Path, "config.json");
        JsonObject json = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        json["vocab_size"] = 5;
        File.WriteAllText(config, json.ToJsonString());
        Assert.Equal("KD1204", Assert.Throws<KdException>(() => folder.Try(new ModelSpec { Kind = "bert" }, task.Labels)).Code);
    }

    private static PretrainedFolder Folder(TrainingCase task, string kind, LabelSpace labels, string name, long seed = 3)
    {
        using Model model = ModelFactory.Create(new ModelSpec { Kind = kind, Embedding = 16, Hidden = 32, Layers = 2, Heads = 2 }, task.Tokenizer.Vocabulary, labels.Count, task.Tokenizer.MaxLength, seed);
        string path = Path.Combine(task.Folder, name);
        Checkpoint.Save(path, model, task.Tokenizer, labels, new CheckpointInfo { Name = name });
        return new PretrainedFolder(path);
    }

    private static Dictionary<string, float[]> Saved(PretrainedFolder folder)
    {
        using Model model = Checkpoint.Load(folder.Path).Model;
        return Weights(model);
    }

    private static Dictionary<string, float[]> Weights(Model model) => ModelState.Of(model).ToDictionary(t => t.Name, t => t.Value.contiguous().data<float>().ToArray(), StringComparer.Ordinal);
}
