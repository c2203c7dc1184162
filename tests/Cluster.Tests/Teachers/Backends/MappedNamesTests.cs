using System.Security.Cryptography;
using System.Text;
using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Onnx;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Teachers.Backends;

/// <summary>What a deployment says of a model's inputs and outputs.</summary>
public sealed class MappedNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MappedNamesTests()
    {
        File.WriteAllText(_folder.File("config.json"), "{}");
        File.WriteAllBytes(_folder.File("tokenizer.json"), new WordTokenizer([.. WordTokenizer.SpecialTokens, .. Enumerable.Range(4, 96).Select(i => $"w{i}")], 8).ToBytes());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_that_say_nothing_are_mapped()
    {
        Write(graph => Sums(graph, "x", "y", "first", "second"));
        Assert.Equal(["KD1241", "KD1241", "KD1241", "KD1241"], Refused(null).Errors.Select(e => e.Code));
        using ITeacherBackend model = Load(Names(["input_ids=x", "attention_mask=y"], ["logits=first", "embedding=second"]));
        Assert.Equal([("logits", 2), ("embedding", 1)], model.Outputs.Select(o => (o.Name, o.Shape.Dimensions[0])));
        // 10·ids and mask of w2 w5 w7, padded to eight.
        Dictionary<string, float[]> answers = model.Forward([new InstanceView([2, 5, 7])], 8, 1, ["logits", "embedding"]);
        Assert.Equal([143f, 286], answers["logits"]);
        Assert.Equal([143f], answers["embedding"]);

        // The other way round other numbers come out, under other keys.
        using ITeacherBackend crossed = Load(Names(["input_ids=y", "attention_mask=x"], ["logits=first", "embedding=second"]));
        Assert.Equal([44f, 88], crossed.Forward([new InstanceView([2, 5, 7])], 8, 1, ["logits"])["logits"]);
        Assert.Empty(crossed.Fingerprints.Intersect(model.Fingerprints));
    }

    [Fact]
    public void A_mapping_that_says_what_the_names_say_changes_no_key()
    {
        Write(graph => Sums(graph, "input_ids", "attention_mask", "logits", "embedding"));
        using ITeacherBackend named = Load(null), mapped = Load(Names(["input_ids=input_ids"], ["embedding=embedding", "logits=logits"])), other = Load(Names([], ["hidden.1=states"]));
        Assert.Equal(named.Fingerprints, mapped.Fingerprints);
        Assert.Equal(["logits", "embedding", "hidden.1"], other.Outputs.Select(o => o.Name));
        Assert.Equal(named.Fingerprints, other.Fingerprints.SkipLast(1));
    }

    /// <summary>The key of a model with the usual names is made as before names could be mapped.</summary>
    [Fact]
    public void Keys_of_models_with_the_usual_names_stay()
    {
        Write(graph => Sums(graph, "input_ids", "attention_mask", "logits", "embedding"));
        using ITeacherBackend model = Load(null);
        string content = Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData([]), .. SHA256.HashData(File.ReadAllBytes(_folder.File("model.onnx")))]));
        Assert.Equal(new[] { "logits", "embedding" }.Select(name => Hash("kdcluster-onnx-1", content, model.Encoder.Hash, "", name, name)), model.Fingerprints);

        static string Hash(params string[] texts) => Convert.ToHexStringLower(SHA256.HashData([.. texts.SelectMany(t => (byte[])[.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(t)), .. Encoding.UTF8.GetBytes(t)])]));
    }

    [Fact]
    public void What_is_mapped_goes_before_the_usual_names()
    {
        Write(graph => Sums(graph, "input_ids", "attention_mask", "logits", "score"));
        using ITeacherBackend score = Load(null), logits = Load(Names([], ["logits=logits"])), other = Load(Names([], ["logits=score"]));
        Assert.True(score.Labels.IsScore);
        Assert.Equal([("logits", 2)], logits.Outputs.Select(o => (o.Name, o.Shape.Dimensions[0])));
        Assert.True(other.Labels.IsScore);
        Assert.Equal(score.Fingerprints, other.Fingerprints);
    }

    [Fact]
    public void All_that_is_mapped_wrongly_is_said_at_once()
    {
        Write(graph => Sums(graph, "input_ids", "attention_mask", "logits", "embedding"));
        KdException refused = Refused(Names(["pixels=input_ids", "input_ids=nowhere", "attention_mask=attention_mask", "token_type_ids=attention_mask"], ["answer=logits", "hidden.1=embedding", "embedding=none", "logits=states", "score=states"]));
        Assert.Collection(
            refused.Errors.Select(e => $"{e.Code} {e.What} {e.Remedy}"),
            e => Assert.Equal("KD1243 the model has no input nowhere. It has input_ids, attention_mask.", e),
            e => Assert.Equal("KD1243 no input is called pixels here. Map input_ids or attention_mask or token_type_ids.", e),
            e => Assert.Equal("KD1243 the model's input attention_mask is mapped twice, to attention_mask and to token_type_ids. Map it once.", e),
            e => Assert.StartsWith("KD1243 no output is called answer here.", e, StringComparison.Ordinal),
            e => Assert.Equal("KD1243 the model has no output none. It has logits, embedding, states.", e),
            e => Assert.Equal("KD1243 the model's output states is mapped twice, to logits and to score. Map it once.", e),
            e => Assert.StartsWith("KD1241 its output embedding [open, 1] cannot be hidden.1, which is float32 [batch, length, width].", e, StringComparison.Ordinal),
            e => Assert.StartsWith("KD1241 its output states [open, open, 2] cannot be logits, which is float32 [batch, classes].", e, StringComparison.Ordinal));
        Assert.Contains(Refused(Names(["input_ids=attention_mask"], [])).Errors, e => e.What.StartsWith("the input input_ids cannot be filled: attention_mask is input_ids", StringComparison.Ordinal));
        Assert.Equal("KD1241 its output logits [open, 2] cannot be score, which is float32 [batch, 1].", Assert.Single(Refused(Names([], ["score=logits"])).Errors.Select(e => $"{e.Code} {e.What}")));
        Assert.Contains(Refused(Names([], ["logits=logits", "score=embedding"])).Errors, e => e.What.StartsWith("logits and score are both mapped", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_models_of_another_make_are_mapped()
    {
        KdException refused = Refused(Names([], ["logits=first"]));
        Assert.Equal(("KD1243", _folder.Path), (refused.Code, refused.Errors[0].Where));
    }

    // 10·ids + mask, summed over the tokens, once and twice; and the states that it is the sum of.
    private static void Sums(OnnxGraph graph, string ids, string mask, string logits, string embedding)
    {
        string tens = graph.Node("Mul", [graph.Node("Cast", [graph.Input(ids, OnnxElement.Int64, "batch", "length")], ("to", 1)), graph.Real(10)]);
        string states = graph.Node("Add", [tens, graph.Node("Cast", [graph.Input(mask, OnnxElement.Int64, "batch", "length")], ("to", 1))]);
        string sum = graph.Node("ReduceSum", [states, graph.Whole(1)], ("keepdims", 1)), factors = graph.Weight("factors", [1f, 2], 1, 2);
        graph.Output(logits, graph.Node("Mul", [sum, factors]), "batch", 2);
        graph.Output(embedding, sum, "batch", 1);
        graph.Output("states", graph.Node("Mul", [graph.Node("Unsqueeze", [states, graph.Whole(2)]), factors]), "batch", "length", 2);
    }

    private static TensorNames Names(string[] inputs, string[] outputs) => new(Pairs(inputs), Pairs(outputs));

    private static Dictionary<string, string> Pairs(string[] pairs) => pairs.Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);

    private void Write(Action<OnnxGraph> make)
    {
        OnnxGraph graph = new("made");
        make(graph);
        using FileStream stream = File.Create(_folder.File("model.onnx"));
        graph.Write(stream, []);
    }

    private ITeacherBackend Load(TensorNames? names) => TeacherBackends.Load(new TeacherDeployment(_folder.Path, "cpu", ElementType.Float32) { Names = names });

    private KdException Refused(TensorNames? names) => Assert.Throws<KdException>(() => Load(names));
}
