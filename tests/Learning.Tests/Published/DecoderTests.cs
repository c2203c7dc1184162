using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Generation;
using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Tests.Data;
using KdCluster.Tests.Models;
using KdCluster.Tests.Text;
using TorchSharp;

namespace KdCluster.Tests.Published;

/// <summary>Causal language models of others, against numbers that a program of others computed in double precision.</summary>
public sealed class DecoderTests : TensorScope
{
    private const string Gpt2 = "hf_tiny/gpt2_sharded", Llama = "hf_stories260k";

    [Fact]
    public void Gpt2_says_what_the_reference_says_also_of_padded_rows()
    {
        using Model model = Load(Gpt2);
        JsonElement[] rows = [.. Reference(Gpt2).GetProperty("rows").EnumerateArray()];
        long[][] ids = [.. rows.Select(r => r.GetProperty("input_ids").EnumerateArray().Select(i => i.GetInt64()).ToArray())];
        const int Length = 9;
        float[] together = Logits(model, torch.tensor(ids.SelectMany(r => r.Concat(Enumerable.Repeat(7L, Length - r.Length))).ToArray(), [ids.Length, Length]));
        for (int i = 0; i < rows.Length; i++)
        {
            float[][] alone = [.. Logits(model, torch.tensor(ids[i], [1, ids[i].Length])).Chunk(model.Shape.Vocabulary)];
            float[][] padded = [.. together.Chunk(model.Shape.Vocabulary).Skip(i * Length).Take(ids[i].Length)];
            foreach (float[][] said in (float[][][])[alone, padded])
            {
                AssertNear(rows[i].GetProperty("last_token_logits_first8"), said[^1]);
                Assert.Equal(rows[i].GetProperty("argmax_per_position").EnumerateArray().Select(a => a.GetInt32()), said.Select(l => Array.IndexOf(l, l.Max())));
            }
        }
    }

    [Fact]
    public void Llama_continues_a_text_as_the_reference_does()
    {
        using Model model = Load(Llama);
        JsonElement reference = Reference(Llama);
        int[] expected = [.. reference.GetProperty("greedy_ids").EnumerateArray().Select(i => i.GetInt32())];
        Assert.Equal(expected, TextGenerator.Continue(model, [expected[0]], expected.Length - 1, TokenSampler.Greedy));
        // Of the last position.
        float[][] logits = [.. Logits(model, torch.tensor(expected.Select(i => (long)i).ToArray(), [1, expected.Length])).Chunk(model.Shape.Vocabulary)];
        AssertNear(reference.GetProperty("last_logits_first8"), logits[^1]);
        Assert.Equal(model.Shape.MaxLength, TextGenerator.Continue(model, [.. expected, .. Enumerable.Repeat(5, model.Shape.MaxLength - expected.Length - 1)], 9, TokenSampler.Greedy).Length);
    }

    [Fact]
    public void Ids_become_the_text_of_the_reference_and_a_text_its_ids()
    {
        JsonElement reference = Reference(Llama);
        int[] ids = [.. reference.GetProperty("greedy_ids").EnumerateArray().Select(i => i.GetInt32())];
        using var folder = new PublishedFolder(Llama);
        File.WriteAllText(folder.File("tokenizer.json"), TokenizerFiles.Llama(Path.Combine(PublishedData.Folder, Llama, "pieces.json"), 512).ToJsonString());
        var tokenizer = (HuggingFaceTokenizer)Tokenizer.FromFolder(folder.Path, 512);
        string text = reference.GetProperty("text").GetString()!.Replace("<0x0A>", "\n", StringComparison.Ordinal).Trim();
        Assert.Equal(text, tokenizer.Decode(ids).Trim());
        Assert.Equal(ids[..^1], tokenizer.EncodeBeginning(tokenizer.Decode(ids[..^1])));
        Checkpoint checkpoint = Checkpoint.Load(folder.Path);
        using Model model = checkpoint.Model;
        model.Random?.Dispose();
        int[] begin = tokenizer.EncodeBeginning("Once upon");
        Assert.Equal(ids, TextGenerator.Continue(model, begin, ids.Length - begin.Length, TokenSampler.Greedy));
        // A byte that begins nothing is shown as such, and bytes that make a character are one.
        Assert.Equal("\ufffd", tokenizer.Decode([3 + 0xC3]));
        Assert.Equal("\u00e9", tokenizer.Decode([3 + 0xC3, 3 + 0xA9]));
        Assert.Equal("Zo\u00eb \u4e2d\U0001f600", Round(ByteTokenizer.Of(64), "Zo\u00eb \u4e2d\U0001f600"));

        static string Round(HuggingFaceTokenizer bytes, string of) => bytes.Decode(bytes.EncodeWhole(of));
    }

    [Theory]
    [InlineData(Gpt2)]
    [InlineData(Llama)]
    public void Names_are_read_without_the_prefix_and_the_layers_are_outputs(string name)
    {
        using var folder = new PublishedFolder(name);
        using Model whole = Read(folder.Path);
        torch.Tensor ids = torch.tensor(new long[] { 1, 5, 9, 3 }, [1, 4]);
        float[] expected = Logits(whole, ids);
        SafeTensor[] tensors;
        using (WeightFiles files = WeightFiles.OpenFolder(folder.Path))
            tensors = [.. files.Tensors.Select(t => new SafeTensor(t.Name.Replace("transformer.", "", StringComparison.Ordinal).Replace("model.", "", StringComparison.Ordinal), t.Type, t.Shape, files.ReadBytes(t)))];
        folder.Write("model.safetensors", tensors);
        using Model bare = Read(folder.Path);
        Assert.Equal(expected, Logits(bare, ids));
        foreach ((string output, OutputShape shape) in bare.Outputs)
            Assert.Equal(shape.Size(4), bare.Compute(ids, [output])[output].numel());
        Assert.Throws<ArgumentException>(() => bare.Compute(ids, ["logits"]));
    }

    [Theory]
    [InlineData(Gpt2, "activation_function", "\"relu\"", "KD1215")]
    [InlineData(Gpt2, "add_cross_attention", "true", "KD1215")]
    [InlineData(Gpt2, "scale_attn_by_inverse_layer_idx", "true", "KD1215")]
    [InlineData(Gpt2, "n_head", "5", "KD1204")]
    [InlineData(Gpt2, "n_layer", "3", "KD1204")]
    [InlineData(Gpt2, "vocab_size", "98", "KD1204")]
    [InlineData(Gpt2, "tie_word_embeddings", "false", "KD1204")]
    [InlineData(Gpt2, "n_embd", "\"x\"", "KD1204")]
    [InlineData(Gpt2, "model_type", "\"opt\"", "KD1204")]
    [InlineData(Llama, "rope_scaling", "{\"type\":\"linear\",\"factor\":2}", "KD1215")]
    [InlineData(Llama, "hidden_act", "\"gelu\"", "KD1215")]
    [InlineData(Llama, "attention_bias", "true", "KD1215")]
    [InlineData(Llama, "num_key_value_heads", "3", "KD1204")]
    [InlineData(Llama, "num_key_value_heads", "8", "KD1204")]
    [InlineData(Llama, "intermediate_size", "0", "KD1204")]
    public void What_cannot_be_done_and_what_does_not_fit_is_refused(string name, string key, string value, string code)
    {
        using var folder = new PublishedFolder(name);
        folder.Config(c => c[key] = JsonNode.Parse(value));
        Assert.All(Assert.Throws<KdException>(() => Read(folder.Path)).Errors, e => Assert.Equal(code, e.Code));
    }

    [Fact]
    public void Weights_that_are_missing_unknown_or_not_finite_are_refused_all_at_once()
    {
        using var folder = new PublishedFolder(Llama);
        folder.Weights(tensors => [.. tensors.Where(t => t.Name != "model.norm.weight"), SafeTensor.Of("model.more", [1], [0])]);
        Assert.Equal(["KD1204", "KD1204"], Assert.Throws<KdException>(() => Read(folder.Path)).Errors.Select(e => e.Code));
        using var other = new PublishedFolder(Llama);
        other.Weights(tensors => tensors.Select(t => t.Name == "model.norm.weight" ? SafeTensor.Of(t.Name, t.Shape, [.. Enumerable.Repeat(float.NaN, 64)]) : t));
        Assert.Equal("KD1212", Assert.Single(Assert.Throws<KdException>(() => Read(other.Path)).Errors).Code);
    }

    private static Model Read(string folder)
    {
        Model model = Checkpoint.ReadModel(folder, Checkpoint.ReadConfig(folder));
        model.Random?.Dispose();
        model.eval();
        return model;
    }

    private static Model Load(string name)
    {
        PublishedData.Need(name);
        return Read(Path.Combine(PublishedData.Folder, name));
    }

    private static JsonElement Reference(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(PublishedData.Folder, name, "reference.json"))).RootElement;

    private static float[] Logits(Model model, torch.Tensor ids) => model.Compute(ids, [OutputNames.TokenLogits])[OutputNames.TokenLogits].contiguous().data<float>().ToArray();

    private static double Apart(JsonElement expected, float[] found)
    {
        double[] numbers = [.. expected.EnumerateArray().Select(n => n.GetDouble())];
        return numbers.Zip(found, (e, f) => Math.Abs(e - f)).Max() / numbers.Max(Math.Abs);
    }

    private static void AssertNear(JsonElement expected, float[] found) => Assert.True(Apart(expected, found) <= 1e-5, $"{Apart(expected, found):g3} apart");
}
