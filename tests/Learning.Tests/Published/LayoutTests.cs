using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Tests.Data;
using KdCluster.Tests.Models;
using TorchSharp;

namespace KdCluster.Tests.Published;

/// <summary>Folders of published models: what is read, what is written, and what is refused with what.</summary>
public sealed class LayoutTests : TensorScope
{
    private static readonly int[][] Texts = [[2, 5, 17, 42, 63, 3], [2, 9, 88, 3]];

    public static TheoryData<string> Classifiers => ["hf_tiny/bert_classifier", "hf_tiny/roberta_classifier", "hf_tiny/distilbert_classifier"];

    /// <summary>Published base models come without it; older ones call the normalisation's weights otherwise, and bring buffers and the heads of other trainings.</summary>
    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Names_are_read_with_and_without_the_prefix_and_as_they_once_were(string name)
    {
        using var folder = new PublishedFolder(name);
        float[] expected = Logits(folder.Path);
        string prefix = Family(folder) + ".";
        folder.Weights(tensors => [.. tensors.Select(t => t with { Name = Renamed(t.Name) }), new SafeTensor("embeddings.position_ids", SafeTensorType.I64, [1, 2], new byte[16]), SafeTensor.Of("cls.predictions.bias", [97], new float[97]), SafeTensor.Of("lm_head.bias", [97], new float[97])]);
        Assert.Equal(expected, Logits(folder.Path));

        string Renamed(string tensor) => (tensor.StartsWith(prefix, StringComparison.Ordinal) ? tensor[prefix.Length..] : tensor).Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void What_is_written_is_what_was_read(string name)
    {
        using var folder = new PublishedFolder(name);
        CheckpointConfig config = Checkpoint.ReadConfig(folder.Path);
        using Model model = Checkpoint.ReadModel(folder.Path, config);
        string[] names = Tensors(folder.File("model.safetensors"));
        Assert.Equal(names.Order(StringComparer.Ordinal), ModelState.Of(model).Select(t => t.Name).Order(StringComparer.Ordinal));

        JsonObject before = Json(folder.File("config.json"));
        File.WriteAllBytes(folder.File("config.json"), config.ToBytes());
        JsonObject after = Json(folder.File("config.json"));
        // What begins and ends a text is the tokenizer's to say.
        Assert.All(before.Where(k => k.Key is not ("bos_token_id" or "eos_token_id")), key => Assert.True(JsonNode.DeepEquals(key.Value, after[key.Key]), $"{key.Key}: {key.Value} is {after[key.Key]}"));
        Assert.Equal(config.Shape, Checkpoint.ReadConfig(folder.Path).Shape with { Spec = config.Shape.Spec });
        Assert.Equal(config.Architecture, Checkpoint.ReadConfig(folder.Path).Architecture);
    }

    /// <summary>A model of ours, with our tokenizer, in that layout: the same files from what was loaded, and the same answers.</summary>
    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("distilbert")]
    public void A_saved_model_is_loaded_with_the_same_answers_and_saved_with_the_same_bytes(string kind)
    {
        using var folder = new TemporaryFolder();
        WordTokenizer tokenizer = WordTokenizer.Build(Enumerable.Range(0, 40).SelectMany(i => Enumerable.Repeat(new TextRow($"word{(char)('a' + (i % 26))}", $"word{(char)('a' + (i % 26))}", 0), 2)), 97, 24);
        using Model model = ModelFactory.Create(ModelCases.Spec(kind), tokenizer.Vocabulary, 3, tokenizer.MaxLength, seed: 3);
        model.eval();
        var labels = new LabelSpace(["red", "green", "blue"]);
        var info = new CheckpointInfo { Name = "one", Data = "words", Method = "taught by two", RecipeHash = "abc" };
        string a = Path.Combine(folder.Path, "a"), b = Path.Combine(folder.Path, "b");
        Checkpoint.Save(a, model, tokenizer, labels, info);
        Checkpoint loaded = Checkpoint.Load(a);
        using Model again = loaded.Model;
        Checkpoint.Save(b, again, loaded.Encoder, loaded.Labels, loaded.Info);
        Assert.All(Directory.GetFiles(a), file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(b, Path.GetFileName(file)))));
        int[][] rows = [[2, 4, 5, 6], [2, 7]];
        Assert.Equal(Logits(model, rows), Logits(again, rows));
        Assert.Equal(kind, Json(Path.Combine(a, "config.json"))["model_type"]!.GetValue<string>());
        string card = File.ReadAllText(Path.Combine(a, "README.md"));
        Assert.Contains("library_name: transformers", card, StringComparison.Ordinal);
        Assert.Contains("taught by two", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_precision_is_widened()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        folder.Weights(tensors => tensors.Select(t => PublishedFolder.FromBFloat(PublishedFolder.ToBFloat(t))));
        float[] expected = Logits(folder.Path);
        folder.Weights(tensors => tensors.Select(PublishedFolder.ToBFloat));
        Assert.Equal(expected, Logits(folder.Path));
    }

    [Fact]
    public void Shards_are_read_as_one()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        float[] expected = Logits(folder.Path);
        string[] fingerprints = [.. Names(folder)];
        Shard(folder);
        Assert.Equal(expected, Logits(folder.Path));
        Assert.Equal(fingerprints, Names(folder));

        static IEnumerable<string> Names(PublishedFolder folder)
        {
            using WeightFiles weights = WeightFiles.OpenFolder(folder.Path);
            return [.. weights.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void Shards_that_are_not_whole_are_refused_with_all_that_is_wrong()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        Shard(folder);
        JsonObject index = Json(folder.File(Index)), map = index["weight_map"]!.AsObject();

        File.Move(folder.File(Second), folder.File("away"));
        File.WriteAllBytes(folder.File(First), [.. File.ReadAllBytes(folder.File(First)).SkipLast(1)]);
        Assert.Equal(["KD1202", "KD1203"], Errors(folder).Select(e => e.Code).Order());

        Shard(folder, from: "away");
        map["bert.pooler.dense.bias"] = map["bert.pooler.dense.bias"]!.GetValue<string>() == First ? Second : First;
        map.Remove("classifier.bias");
        map["nothing"] = First;
        File.WriteAllText(folder.File(Index), index.ToJsonString());
        KdError[] errors = Errors(folder);
        Assert.All(errors, e => Assert.Equal("KD1203", e.Code));
        Assert.Equal(["bert.pooler.dense.bias", "classifier.bias", "nothing"], errors.Select(e => e.Where!.Split(' ')[^1]).Order(StringComparer.Ordinal));

        Shard(folder, twice: true);
        Assert.Contains("stands in", Assert.Single(Errors(folder)).What, StringComparison.Ordinal);

        foreach (string bad in (string[])["{}", "[]", "{\"weight_map\":{}}", "{\"weight_map\":{\"a\":\"../x\"}}", "{\"weight_map\":{\"a\":3}}", "{"])
        {
            File.WriteAllText(folder.File(Index), bad);
            Assert.Equal("KD1203", Assert.Single(Errors(folder)).Code);
        }
    }

    [Theory]
    [InlineData("position_embedding_type", "\"relative_key\"", "relative positions")]
    [InlineData("hidden_act", "\"silu\"", "activation silu")]
    [InlineData("is_decoder", "true", "decoder")]
    [InlineData("add_cross_attention", "true", "cross attention")]
    [InlineData("quantization_config", "{\"bits\":4}", "quantised")]
    [InlineData("pruned_heads", "{\"0\":[1]}", "pruned heads")]
    [InlineData("adapters", "{\"x\":1}", "adapters")]
    [InlineData("problem_type", "\"multi_label_classification\"", "exclude")]
    [InlineData("architectures", "[\"BertForTokenClassification\"]", "BertForTokenClassification")]
    public void What_cannot_be_done_is_refused_with_what(string key, string value, string what)
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        folder.Config(c => c[key] = JsonNode.Parse(value));
        KdError error = Assert.Single(Errors(folder));
        Assert.Equal("KD1215", error.Code);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.EndsWith("config.json", error.Where, StringComparison.Ordinal);
        folder.Config(c => c["add_cross_attention"] = true).Config(c => c["hidden_act"] = "mish");
        Assert.True(Errors(folder).Length >= 2);
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_refused()
    {
        Refuses("KD1204", "classifier.bias", f => f.Weights(t => t.Where(x => x.Name != "classifier.bias")));
        Refuses("KD1204", "no such tensor", f => f.Weights(t => [.. t, SafeTensor.Of("bert.encoder.layer.7.output.dense.bias", [32], new float[32])]));
        Refuses("KD1204", "stand for the same weight", f => f.Weights(t => [.. t, SafeTensor.Of("pooler.dense.bias", [32], new float[32])]));
        Refuses("KD1204", "[97, 32], the architecture's [98, 32]", f => f.Config(c => c["vocab_size"] = 98));
        Refuses("KD1204", "the architecture's [4, 32]", f => f.Config(c => { c.Remove("id2label"); c.Remove("label2id"); c["num_labels"] = 4; }));
        Refuses("KD1204", "label2id disagree", f => f.Config(c => c["label2id"]!["red"] = 2));
        Refuses("KD1204", "more weights than the file holds", f => f.Config(c => c.Remove("vocab_size")));
        Refuses("KD1204", "more weights than the file holds", f => f.Config(c => c["type_vocab_size"] = 1_000_000_000));
        Refuses("KD1204", "cannot be read", f => f.Config(c => c["hidden_size"] = "many"));
        Refuses("KD1204", "cannot be read", f => f.Config(c => c.Remove("model_type")));
        Refuses("KD1204", "model_type is 't5'", f => f.Config(c => c["model_type"] = "t5"));
        Refuses("KD1205", "do not divide", f => f.Config(c => c["num_attention_heads"] = 5));
        Refuses("KD1205", "padding", f => f.Config(c => c["pad_token_id"] = 97));
        Refuses("KD1205", "pooling", f => f.Config(c => c["kdcluster"] = new JsonObject { ["pooling"] = "last" }));
        Refuses("KD1212", "bert.pooler.dense.bias", f => f.Weights(t => t.Select(x => x.Name == "bert.pooler.dense.bias" ? SafeTensor.Of(x.Name, x.Shape, [.. Enumerable.Repeat(float.NaN, 32)]) : x)));
        Refuses("KD1204", "not floats", f => f.Weights(t => t.Select(x => x.Name == "classifier.bias" ? x with { Type = SafeTensorType.I32 } : x)));

        static void Refuses(string code, string what, Action<PublishedFolder> change)
        {
            using var folder = new PublishedFolder("hf_tiny/bert_classifier");
            change(folder);
            KdError[] errors = Errors(folder);
            Assert.Contains(errors, e => e.Code == code && e.ToString().Contains(what, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Labels_that_a_file_does_not_name_are_numbered()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        folder.Config(c => { c.Remove("id2label"); c.Remove("label2id"); c["num_labels"] = 3; });
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], Checkpoint.ReadConfig(folder.Path).Labels.Names);
        folder.Config(c => { c["id2label"] = new JsonObject { ["0"] = "LABEL_0" }; c["problem_type"] = "regression"; });
        Assert.True(Checkpoint.ReadConfig(folder.Path).Labels.IsScore);
    }

    [Fact]
    public void Several_scores_are_not_served_as_classes()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        folder.Config(c => c["problem_type"] = "regression");
        KdError error = Assert.Single(Errors(folder));
        Assert.Equal("KD1215", error.Code);
        Assert.Contains("3 scores", error.What, StringComparison.Ordinal);
        folder.Config(c => c["problem_type"] = "single_label_classification");
        Assert.Equal(3, Checkpoint.ReadConfig(folder.Path).Labels.Count);
        // Of a base model the head is another's, and what it was for does not matter.
        folder.Config(c => c["problem_type"] = "regression").Config(c => c["architectures"] = new JsonArray("BertModel"));
        Assert.False(Checkpoint.ReadConfig(folder.Path).HasHead);
    }

    /// <summary>As sentence-transformers writes it; what config.json says counts for more.</summary>
    [Fact]
    public void The_pooling_is_read_from_the_file_beside_the_model()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        string Pooling() => Checkpoint.ReadConfig(folder.Path).Shape.Family!.Pooling;
        Assert.Equal("pooler", Pooling());
        Directory.CreateDirectory(folder.File("1_Pooling"));
        void Says(string json) => File.WriteAllText(folder.File("1_Pooling/config.json"), json);
        Says("""{"word_embedding_dimension": 32, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false}""");
        Assert.Equal("mean", Pooling());
        Says("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""");
        Assert.Equal("first", Pooling());
        Says("""{"pooling_mode_max_tokens": true}""");
        Assert.Equal("KD1215", Assert.Throws<KdException>(Pooling).Code);
        Says("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}""");
        Assert.Equal("KD1215", Assert.Throws<KdException>(Pooling).Code);
        Says("[");
        Assert.Equal("KD1204", Assert.Throws<KdException>(Pooling).Code);
        folder.Config(c => c["kdcluster"] = new JsonObject { ["pooling"] = "first" });
        Assert.Equal("first", Pooling());
    }

    [Fact]
    public void A_base_without_a_head_is_no_teacher()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        folder.Config(c => c["architectures"] = new JsonArray("BertModel"));
        KdException error = Assert.Throws<KdException>(() => Checkpoint.Load(folder.Path));
        Assert.Equal("KD1216", error.Code);
    }

    /// <summary>What decides an answer decides the fingerprint: soft targets of one model are never taken for another's.</summary>
    [Fact]
    public void Fingerprints_follow_what_decides_answers()
    {
        using var folder = new PublishedFolder("hf_tiny/bert_classifier");
        string first = Checkpoint.ReadConfig(folder.Path).Architecture;
        var seen = new HashSet<string>(StringComparer.Ordinal) { first };
        foreach ((string key, JsonNode value) in (ReadOnlySpan<(string, JsonNode)>)[("layer_norm_eps", 1e-5), ("hidden_act", "relu"), ("pad_token_id", 1), ("num_attention_heads", 8), ("kdcluster", new JsonObject { ["pooling"] = "mean" })])
            Assert.True(seen.Add(Checkpoint.ReadConfig(folder.Config(c => c[key] = value.DeepClone()).Path).Architecture), key);
        folder.Config(c => c["hidden_dropout_prob"] = 0.4).Config(c => c["torch_dtype"] = "float16");
        Assert.False(seen.Add(Checkpoint.ReadConfig(folder.Path).Architecture));
    }

    private const string Index = "model.safetensors.index.json", First = "model-00001-of-00002.safetensors", Second = "model-00002-of-00002.safetensors";

    private static void Shard(PublishedFolder folder, string? from = null, bool twice = false)
    {
        if (from is not null || twice)
        {
            File.Delete(folder.File(First));
            foreach (string file in Directory.GetFiles(Path.Combine(PublishedData.Folder, "hf_tiny/bert_classifier"), "*.safetensors"))
                File.WriteAllBytes(folder.File(Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        SafeTensor[] tensors;
        using (SafeTensorsReader reader = SafeTensorsReader.Open(folder.File("model.safetensors")))
            tensors = [.. reader.Tensors.Select(t => new SafeTensor(t.Name, t.Type, t.Shape, reader.ReadBytes(t)))];
        int half = tensors.Length / 2;
        folder.Write(First, tensors[..half]);
        folder.Write(Second, tensors[(twice ? half - 1 : half)..]);
        var map = new JsonObject();
        for (int i = 0; i < tensors.Length; i++)
            map[tensors[i].Name] = i < half ? First : Second;
        File.WriteAllText(folder.File(Index), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
        File.Delete(folder.File("model.safetensors"));
    }

    private static KdError[] Errors(PublishedFolder folder) => [.. Assert.Throws<KdException>(() => Checkpoint.ReadModel(folder.Path, Checkpoint.ReadConfig(folder.Path))).Errors];

    private static string Family(PublishedFolder folder) => Json(folder.File("config.json"))["model_type"]!.GetValue<string>();

    private static JsonObject Json(string file) => JsonNode.Parse(File.ReadAllText(file, Encoding.UTF8))!.AsObject();

    private static string[] Tensors(string file)
    {
        using SafeTensorsReader reader = SafeTensorsReader.Open(file);
        return [.. reader.Tensors.Select(t => t.Name)];
    }

    private static float[] Logits(string folder)
    {
        using Model model = Checkpoint.ReadModel(folder, Checkpoint.ReadConfig(folder));
        model.eval();
        return Logits(model, Texts);
    }

    private static float[] Logits(Model model, int[][] rows)
    {
        using var off = torch.no_grad();
        return model.call(model.Collate(InstanceView.OfTokens(rows), 8)).Logits.data<float>().ToArray();
    }
}
