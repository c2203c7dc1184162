using System.Text.Json.Nodes;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Tests.Text;
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

    /// <summary>RoBERTa has one token type, the tokenizer of BERT makes two.</summary>
    [Fact]
    public void A_model_has_a_row_for_each_token_type_that_its_tokenizer_makes()
    {
        using var task = new TrainingCase(20);
        var tokenizer = (Tokenizer)InputEncoder.FromBytes(TokenizerFiles.Utf8(TokenizerFiles.WordPiece()), "tokenizer.json");
        TrainingJob job = task.Job("a") with { Encoder = tokenizer, Model = new ModelSpec { Kind = "roberta", Embedding = 16, Hidden = 32, Layers = 1, Heads = 2 } };
        using Model model = ModelFactory.Create(job.ShapeOfModel(), 3);
        InstanceView pair = tokenizer.Encode("play", "film");
        Assert.Equal(1, pair.Types!.Max());
        using (torch.no_grad())
            Assert.Equal([1L, 4L], model.call(model.Collate([pair])).Logits.shape);
        Assert.Equal(1, (job with { Encoder = task.Tokenizer }).ShapeOfModel().Family?.Types ?? FamilySettings.Default("roberta")!.Types);

        string folder = Path.Combine(task.Folder, "typed");
        Checkpoint.Save(folder, model, tokenizer, task.Labels, new CheckpointInfo { Name = "typed" });
        using (Model again = Checkpoint.Load(folder).Model)
            Assert.Equal(2, again.Shape.Family!.Types);

        string config = Path.Combine(folder, "config.json");
        JsonObject json = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        json["type_vocab_size"] = 1;
        File.WriteAllText(config, json.ToJsonString());
        Action[] readers = [() => Checkpoint.Load(folder), () => new PretrainedFolder(folder).ReadEncoder()];
        Assert.All(readers, read => Assert.Contains("token types: the model has 1, tokenizer.json has 2", Assert.Throws<KdException>(read).Errors.Single(e => e.Code == "KD1204").What, StringComparison.Ordinal));
    }

    /// <summary>BERT's pooler is part of `bert`, and base models may come without it.</summary>
    [Theory]
    [InlineData("bert", "bert.pooler.", "bert", "bert.pooler.dense")]
    [InlineData("distilbert", "pre_classifier.", "pre_classifier", "pre_classifier")]
    [InlineData("roberta", "classifier.", "classifier", "classifier.out_proj")]
    public void A_part_with_weights_that_the_folder_has_not_is_not_frozen(string kind, string without, string part, string drawn)
    {
        using var task = new TrainingCase(20);
        PretrainedFolder folder = Folder(task, kind, Other, "base");
        TrainingJob job = task.Job("a") with { Model = new ModelSpec { Kind = kind, Pretrained = folder.Path }, Training = new TrainingSpec { Epochs = 1, BatchSize = 16, Freeze = [part] } };
        if (kind == "bert")
            StudentTrainer.Train(job with { Folder = job.Folder + "-whole" });   // the pooler is there
        string file = Path.Combine(folder.Path, "model.safetensors");
        SafeTensor[] kept;
        using (SafeTensorsReader reader = SafeTensorsReader.Open(file))
            kept = [.. reader.Tensors.Where(t => !t.Name.StartsWith(without, StringComparison.Ordinal)).Select(t => new SafeTensor(t.Name, t.Type, t.Shape, reader.ReadBytes(t)))];
        using (FileStream stream = File.Create(file))
            SafeTensorsWriter.Write(stream, kept);
        KdError error = Assert.Single(Assert.Throws<KdException>(() => StudentTrainer.Train(job)).Errors);
        Assert.Equal("KD1230", error.Code);
        Assert.Contains($"{drawn}.weight", error.What, StringComparison.Ordinal);
        Assert.Contains("drawn at random", error.What, StringComparison.Ordinal);
        StudentTrainer.Train(job with { Folder = job.Folder + "-free", Training = job.Training with { Freeze = null } });
    }

    [Theory]
    [InlineData("bert", "bert.encoder.layer")]
    [InlineData("roberta", "roberta.encoder.layer")]
    [InlineData("distilbert", "distilbert.transformer.layer")]
    public void Parts_of_an_encoder_are_frozen_and_its_other_parts_learn(string kind, string layers)
    {
        using var task = new TrainingCase(200);
        PretrainedFolder folder = Folder(task, kind, task.Labels, "base");
        TrainingJob job = task.Job("a") with { Model = new ModelSpec { Kind = kind, Pretrained = folder.Path }, Training = new TrainingSpec { Epochs = 1, BatchSize = 16, LearningRate = 0.003, Freeze = [$"{kind}.embeddings", $"{layers}.0"] } };
        Dictionary<string, float[]> before = Saved(folder), after = Saved(new PretrainedFolder(StudentTrainer.Train(job).BestFolder));
        Assert.All(after.Where(w => !w.Key.EndsWith("key.bias", StringComparison.Ordinal) && !w.Key.EndsWith("k_lin.bias", StringComparison.Ordinal)), w => Assert.Equal(job.Training.Freeze.Any(p => w.Key.StartsWith(p + ".", StringComparison.Ordinal)), w.Value.SequenceEqual(before[w.Key])));
        Assert.Contains(after.Keys, k => k.StartsWith($"{layers}.1.", StringComparison.Ordinal));

        IReadOnlyList<string> parts = folder.Try(new ModelSpec { Kind = kind }, task.Labels).Parts;
        Assert.Equal([kind, $"{kind}.embeddings", layers, $"{layers}.0", $"{layers}.1"], parts.Take(5));
        Assert.Null(FrozenParts.Fault([kind], parts, []));
        Assert.Contains("nothing is left", FrozenParts.Fault([.. parts.Where(p => p != kind && p != layers)], parts, [])!.What, StringComparison.Ordinal);
        Assert.Contains("nothing is left", FrozenParts.Fault([kind, .. parts.Where(p => !p.StartsWith(kind, StringComparison.Ordinal))], parts, [])!.What, StringComparison.Ordinal);
        Assert.Contains("no part", FrozenParts.Fault([$"{layers}.2"], parts, [])!.What, StringComparison.Ordinal);
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
