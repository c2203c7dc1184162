using System.Text.Json;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Data;
using KdCluster.Tests.Models;
using TorchSharp;

namespace KdCluster.Tests.Published;

/// <summary>Answers of published models against numbers that a program of others computed in double precision.</summary>
public sealed class ReferenceTests : TensorScope
{
    // Of the largest number of a vector.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("hf_tiny/bert_classifier")]
    [InlineData("hf_tiny/roberta_classifier")]
    [InlineData("hf_tiny/distilbert_classifier")]
    public void A_classifier_gives_the_logits_of_the_reference_padded_and_alone(string name)
    {
        using Model model = Read(name);
        JsonElement[] rows = Rows(name);
        InstanceView[] views = [.. rows.Select(View)];
        var together = Logits(model, views, 16, 8);
        for (int i = 0; i < rows.Length; i++)
        {
            double[] expected = Numbers(rows[i].GetProperty("logits"));
            AssertNear(expected, together[i]);
            AssertNear(expected, Logits(model, [views[i]], views[i].Length, 1)[0]);
        }
    }

    [Fact]
    public void A_layer_says_what_the_reference_says()
    {
        const string Name = "hf_tiny/bert_classifier";
        using Model model = Read(Name);
        JsonElement[] rows = Rows(Name);
        using var off = torch.no_grad();
        float[] states = model.Compute(model.Collate([.. rows.Select(View)], 8), [OutputNames.Hidden(1)])[OutputNames.Hidden(1)].contiguous().data<float>().ToArray();
        for (int i = 0; i < rows.Length; i++)
        {
            double[] expected = Numbers(rows[i].GetProperty("hidden_1_first_token"));
            AssertNear(expected, states.AsSpan(i * 8 * 32, expected.Length).ToArray());
        }
    }

    /// <summary>Real models in half precision, of which one has no pooler.</summary>
    [Theory]
    [InlineData("hf_minilm_l6")]
    [InlineData("hf_arctic_xs")]
    public void A_published_base_gives_the_states_of_the_reference(string name)
    {
        using Model model = Read(name);
        JsonElement[] rows = Rows(name);
        InstanceView[] views = [.. rows.Select(r => new InstanceView(Ids(r, "ids")))];
        string last = OutputNames.Hidden(model.Spec.Layers);
        int length = views.Max(v => v.Length) + 3;
        using var off = torch.no_grad();
        float[] states = model.Compute(model.Collate(views, length, 8), [last])[last].contiguous().data<float>().ToArray();
        int width = model.Spec.Embedding;
        for (int i = 0; i < rows.Length; i++)
        {
            double[] first = Numbers(rows[i].GetProperty("first_token_first8")), mean = Numbers(rows[i].GetProperty("mean_first8"));
            AssertNear(first, states.AsSpan(i * length * width, first.Length).ToArray());
            float[] own = states[(i * length * width)..(((i * length) + views[i].Length) * width)];
            AssertNear(mean, [.. Enumerable.Range(0, mean.Length).Select(c => (float)Enumerable.Range(0, views[i].Length).Average(t => (double)own[(t * width) + c]))]);
            AssertNear([rows[i].GetProperty("sum_abs").GetDouble()], [(float)own.Sum(v => Math.Abs((double)v))]);
        }
    }

    /// <summary>From the text: the folder's own tokenizer and model, as a run or a teacher has them.</summary>
    [Theory]
    [InlineData("hf_minilm_l6")]
    [InlineData("hf_arctic_xs")]
    public void A_text_becomes_the_ids_and_the_states_of_the_reference(string name)
    {
        PublishedData.Need(name);
        var folder = new PretrainedFolder(Path.Combine(PublishedData.Folder, name));
        var tokenizer = (Tokenizer)folder.ReadEncoder();
        ModelShape shape = folder.ShapeOf(new ModelSpec { Kind = "bert" }, 2);
        Assert.True(tokenizer.Vocabulary <= shape.Vocabulary && tokenizer.MaxLength <= shape.MaxLength);
        using Model model = ModelFactory.Create(shape, seed: 1);
        folder.Load(model, new LabelSpace(["no", "yes"]));
        model.eval();
        string last = OutputNames.Hidden(model.Spec.Layers);
        using var off = torch.no_grad();
        foreach (JsonElement row in Rows(name))
        {
            InstanceView view = tokenizer.Encode(row.GetProperty("text").GetString()!);
            Assert.Equal(Ids(row, "ids"), view.Ids);
            float[] states = model.Compute(model.Collate([view]), [last])[last].contiguous().data<float>().ToArray();
            double[] first = Numbers(row.GetProperty("first_token_first8"));
            AssertNear(first, states[..first.Length]);
        }
    }

    /// <summary>The embedding is what the folder says that it is.</summary>
    [Theory]
    [InlineData("hf_minilm_l6", "mean", "mean_first8")]
    [InlineData("hf_arctic_xs", "first", "first_token_first8")]
    public void The_embedding_is_pooled_as_the_configuration_says(string name, string pooling, string reference)
    {
        using Model model = Read(name, config => config with { Shape = config.Shape with { Family = config.Shape.Family! with { Pooling = pooling } } });
        JsonElement[] rows = Rows(name);
        using var off = torch.no_grad();
        InstanceView[] views = [.. rows.Select(r => new InstanceView(Ids(r, "ids")))];
        float[] embeddings = model.call(model.Collate(views)).Embedding.contiguous().data<float>().ToArray();
        for (int i = 0; i < rows.Length; i++)
        {
            double[] expected = Numbers(rows[i].GetProperty(reference));
            AssertNear(expected, embeddings.AsSpan(i * model.EmbeddingWidth, expected.Length).ToArray());
        }
    }

    private static Model Read(string name, Func<CheckpointConfig, CheckpointConfig>? change = null)
    {
        PublishedData.Need(name);
        string folder = Path.Combine(PublishedData.Folder, name);
        CheckpointConfig config = Checkpoint.ReadConfig(folder);
        config = change?.Invoke(config) ?? config;
        Model model = Checkpoint.ReadModel(folder, config);
        model.eval();
        return model;
    }

    private static JsonElement[] Rows(string name)
        => [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(PublishedData.Folder, name, "reference.json"))).RootElement.GetProperty("rows").EnumerateArray()];

    // The tokens that count, with their types where the reference has them.
    private static InstanceView View(JsonElement row)
    {
        int[] mask = Ids(row, "attention_mask"), ids = [.. Ids(row, "input_ids").Where((_, t) => mask[t] == 1)];
        return row.TryGetProperty("token_type_ids", out _) ? new InstanceView(ids, [.. Ids(row, "token_type_ids").Where((_, t) => mask[t] == 1)]) : new InstanceView(ids);
    }

    private static int[] Ids(JsonElement row, string key) => [.. row.GetProperty(key).EnumerateArray().Select(i => i.GetInt32())];

    private static double[] Numbers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(n => n.GetDouble())];

    private static float[][] Logits(Model model, IReadOnlyList<InstanceView> views, int length, int padRows)
    {
        using var off = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        float[] logits = model.call(model.Collate(views, length, padRows)).Logits.data<float>().ToArray();
        return [.. logits.Chunk(model.Shape.Classes).Take(views.Count)];
    }

    private static void AssertNear(double[] expected, float[] found)
    {
        double apart = expected.Zip(found, (e, f) => Math.Abs(e - f)).Max() / expected.Max(Math.Abs);
        Assert.True(apart <= Tolerance, $"{apart:g3} apart: [{string.Join(", ", found)}], not [{string.Join(", ", expected)}]");
    }
}
