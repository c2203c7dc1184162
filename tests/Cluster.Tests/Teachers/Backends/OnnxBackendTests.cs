using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Grains;
using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Onnx;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Teachers.Backends;

public sealed class OnnxBackendTests
{
    private const int Rows = 32, Length = 16;
    private static readonly WordTokenizer s_tokenizer = new([.. WordTokenizer.SpecialTokens, .. Enumerable.Range(4, 96).Select(i => $"w{i}")], Length);
    private static readonly LabelSpace s_labels = new(["a", "b", "c"]);

    [Theory]
    [InlineData("bag-of-embeddings")]
    [InlineData("bilstm")]
    [InlineData("text-cnn")]
    [InlineData("transformer")]
    public void A_row_has_the_same_bits_wherever_it_stands_and_those_of_the_native_model_nearly(string kind)
    {
        using TemporaryFolder folder = new();
        Export(folder, kind);
        using ITeacherBackend onnx = Load(folder, "onnx"), native = Load(folder, "native");
        string[] wanted = ["logits", "embedding", "hidden.0"];
        InstanceView[] rows = Views(Rows, 1), others = Views(Rows, 2);
        Dictionary<string, float[]> ours = onnx.Forward(rows, Length, Rows, wanted), theirs = native.Forward(rows, Length, Rows, wanted);
        Random random = new(3);
        for (int from = 0; from < Rows; from++)
        {
            int to = random.Next(Rows);
            InstanceView[] mixed = [.. others];
            mixed[to] = rows[from];
            Assert.Equal(Row(ours["logits"], from), Row(onnx.Forward(mixed, Length, Rows, wanted)["logits"], to));
            Assert.All(Row(ours["logits"], from).Zip(Row(theirs["logits"], from)), p => Assert.Equal(p.First, p.Second, 1e-5));
        }

        // A batch that is not full, and padding has no say.
        Assert.Equal(Row(ours["logits"], 5), Row(onnx.Forward([rows[5]], Length, Rows, wanted)["logits"], 0));
        Assert.Equal(native.Outputs.Where(o => wanted.Contains(o.Name)), onnx.Outputs.Where(o => wanted.Contains(o.Name)));
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused()
    {
        using TemporaryFolder folder = new();
        Export(folder, "bag-of-embeddings");
        Assert.Equal("KD1242", Assert.Throws<KdException>(() => Load(folder, "onnx", "cuda:0")).Code);
    }

    [Fact]
    public void A_checkpoint_is_compiled_in_memory_and_its_rows_are_not_those_of_libtorch()
    {
        using TemporaryFolder folder = new();
        Export(folder, "transformer");
        using ITeacherBackend native = Load(folder, "native"), compiled = Load(folder, "native", compile: true), again = Load(folder, "native", compile: true), exported = Load(folder, "onnx");
        Assert.Equal(("transformer (onnx)", native.Parameters), (compiled.Kind, compiled.Parameters));
        Assert.Equal(compiled.Fingerprints, again.Fingerprints);
        Assert.Empty(compiled.Fingerprints.Intersect(native.Fingerprints.Concat(exported.Fingerprints)));
        InstanceView[] rows = Views(Rows, 1);
        Assert.Equal(exported.Forward(rows, Length, Rows, ["logits"])["logits"], compiled.Forward(rows, Length, Rows, ["logits"])["logits"]);
        Assert.Equal("KD1243", Assert.Throws<KdException>(() => Load(folder, "onnx", compile: true)).Code);
        Assert.DoesNotContain("model.onnx", Directory.EnumerateFiles(folder.File("native")).Select(Path.GetFileName));
    }

    [Fact]
    public void All_that_does_not_fit_is_said_at_once()
    {
        using TemporaryFolder folder = new();
        Export(folder, "bag-of-embeddings");
        KdException refused = Replaced(folder, graph =>
        {
            string ids = graph.Input("input_ids", OnnxElement.Int64, 4, 8), past = graph.Input("past_key_values", OnnxElement.Float, "batch", 2);
            string sum = graph.Node("ReduceSum", [graph.Node("Cast", [ids], ("to", 1)), graph.Whole(1)], ("keepdims", 1));
            graph.Output("answer", graph.Node("Add", [sum, past]), "batch", 2);
        });
        Assert.All(refused.Errors, e => Assert.Equal("KD1241", e.Code));
        Assert.Collection(
            refused.Errors.Select(e => e.What),
            e => Assert.Contains("input_ids cannot be filled: it takes batches of 4 alone", e, StringComparison.Ordinal),
            e => Assert.Contains("past_key_values cannot be filled: it is none of the inputs of texts", e, StringComparison.Ordinal),
            e => Assert.Contains("have 8 tokens, and the tokenizer makes up to 16", e, StringComparison.Ordinal),
            e => Assert.Contains("no output is the answer: there are answer [4, 2]", e, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_of_one_length_gets_batches_of_that_length()
    {
        using TemporaryFolder folder = new();
        Export(folder, "bag-of-embeddings");
        Replace(folder, graph => Sum(graph, 16));
        using ITeacherBackend onnx = Load(folder, "onnx");
        Assert.Equal([16, 16], new[] { 1, 16 }.Select(onnx.PaddedLength));
        float[] logits = onnx.Forward([new InstanceView([2, 5, 7])], 16, 2, ["logits"])["logits"];
        Assert.Equal([14f, 28, 42], logits[..3]);
    }

    [Fact]
    public void Another_name_or_another_model_is_another_teacher()
    {
        using TemporaryFolder folder = new();
        Export(folder, "bag-of-embeddings");
        Replace(folder, graph => Sum(graph, "length"));
        string[] one = Fingerprints(folder);
        Assert.Equal(one, Fingerprints(folder));
        Replace(folder, graph => Sum(graph, "length", 4));
        Assert.NotEqual(one, Fingerprints(folder));
        string[] other = Fingerprints(folder);
        File.WriteAllText(folder.File("onnx/model.onnx.bak"), "a file beside it that the model does not name");
        Assert.Equal(other, Fingerprints(folder));
    }

    /// <summary>Weights may be in files of any name, which the model says.</summary>
    [Fact]
    public void Weights_beside_the_model_are_part_of_the_teacher()
    {
        using TemporaryFolder folder = new();
        Export(folder, "bag-of-embeddings");
        Named("../weights.bin");
        File.WriteAllBytes(folder.File("weights.bin"), new byte[12]);
        Assert.Equal("KD1241", Assert.Throws<KdException>(() => Load(folder, "onnx")).Code);
        Named("weights.bin");
        Assert.Equal("KD1241", Assert.Throws<KdException>(() => Load(folder, "onnx")).Code);
        Beside(1, 2, 3);
        string[] one = Fingerprints(folder);
        Assert.Equal([14f, 28, 42], Logits());
        Beside(2, 2, 3);
        Assert.Equal([28f, 28, 42], Logits());
        Assert.NotEqual(one, Fingerprints(folder));
        using ITeacherBackend onnx = Load(folder, "onnx");
        Assert.Equal((3, new FileInfo(folder.File("onnx/model.onnx")).Length + 12), (onnx.Parameters, onnx.Bytes));

        void Named(string file) => Replace(folder, graph =>
        {
            string sum = graph.Node("ReduceSum", [graph.Node("Cast", [graph.Input("input_ids", OnnxElement.Int64, "batch", "length")], ("to", 1)), graph.Whole(1)], ("keepdims", 1));
            graph.Output("logits", graph.Node("Mul", [sum, graph.Elsewhere("factors", file, 1, 3)]), "batch", 3);
        });

        void Beside(params float[] factors) => File.WriteAllBytes(folder.File("onnx/weights.bin"), [.. factors.SelectMany(BitConverter.GetBytes)]);

        float[] Logits()
        {
            using ITeacherBackend backend = Load(folder, "onnx");
            return backend.Forward([new InstanceView([2, 5, 7])], 8, 1, ["logits"])["logits"];
        }
    }

    [Fact]
    public void A_normalisation_that_the_model_does_not_do_itself_is_part_of_the_teacher()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("onnx"));
        File.WriteAllText(folder.File("onnx/config.json"), "{}");
        Replace(folder, graph =>
        {
            string mean = graph.Node("ReduceMean", [graph.Input("pixel_values", OnnxElement.Float, "batch", 1, "height", "width")], ("axes", new long[] { 2, 3 }), ("keepdims", 0));
            graph.Output("logits", graph.Node("Mul", [mean, graph.Weight("factors", [1f, 2, 3], 1, 3)]), "batch", 3);
            graph.Output("map.1", graph.Node("Identity", ["pixel_values"]), "batch", 1, "height", "width");
        });
        string[] one = Of(0.1, out float first), two = Of(0.9, out float second);
        Assert.NotEqual(one, two);
        Assert.Equal(-0.2f, first, 1e-6f);
        Assert.Equal(-1.8f, second, 1e-6f);

        string[] Of(double mean, out float logit)
        {
            ImageEncoder encoder = new(new ImageInput(1, 4, 4, [mean], [0.5]));
            File.WriteAllBytes(folder.File($"onnx/{encoder.FileName}"), encoder.ToBytes());
            using ITeacherBackend onnx = Load(folder, "onnx");
            // Of a map whose size is open nobody could say where a number stands.
            Assert.Equal(["logits"], onnx.Outputs.Select(o => o.Name));
            Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], onnx.Labels.Names);
            logit = onnx.Forward([new InstanceView(new NamedTensor(encoder.Image.Layout, new byte[16]))], 0, 2, ["logits"])["logits"][0];
            return [.. onnx.Fingerprints];
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "id2label": { "0": "LABEL_0" }, "problem_type": "regression" }""")]
    public void A_single_logit_is_a_score_and_tells_the_version(string config)
    {
        using TemporaryFolder folder = new();
        Export(folder, "bag-of-embeddings");
        File.WriteAllText(folder.File("onnx/config.json"), config);
        Replace(folder, graph => graph.Output("logits", graph.Node("ReduceSum", [graph.Node("Cast", [graph.Input("input_ids", OnnxElement.Int64, "batch", "length")], ("to", 1)), graph.Whole(1)], ("keepdims", 1)), "batch", 1));
        using ITeacherBackend onnx = Load(folder, "onnx");
        Assert.Equal(["score"], onnx.Outputs.Select(o => o.Name));
        Assert.True(onnx.Labels.IsScore);
        Assert.Equal([14f], onnx.Forward([new InstanceView([2, 5, 7])], 8, 1, ["score"])["score"]);
        TeacherDescription described = new("t", "onnx", 1, ["score"], onnx.Labels.Hash, onnx.Encoder.Hash, 16, [new TeacherOutput(onnx.Fingerprints[0], "score", ElementType.Float32, new OutputShape(1), 0, onnx.Labels.Hash)], double.NaN);
        Assert.Equal(onnx.Fingerprints, TeacherVersionKey.Of(described).Fingerprints);
    }

    /// <summary>What a model says of its shapes, and what it does.</summary>
    [Fact]
    public void An_answer_of_another_size_is_an_error_and_no_rows()
    {
        using TemporaryFolder folder = new();
        Export(folder, "bag-of-embeddings");
        Replace(folder, graph =>
        {
            Sum(graph, "length");
            // One row for the whole batch, declared as one for each: how many, only the run tells.
            string least = graph.Node("Reshape", [graph.Node("ReduceMin", ["input_ids"], ("keepdims", 0)), graph.Whole(1)]), one = graph.Node("Add", [graph.Node("Mul", [least, graph.Whole(0)]), graph.Whole(1)]);
            string sums = graph.Node("ReduceSum", [graph.Node("Cast", ["input_ids"], ("to", 1)), graph.Whole(1)], ("keepdims", 1));
            graph.Output("embedding", graph.Node("Slice", [sums, graph.Whole(0), one, graph.Whole(0)]), "batch", 1);
        });
        using ITeacherBackend onnx = Load(folder, "onnx");
        Assert.Contains("its output embedding has 1 numbers, and 2 are expected", Assert.Throws<InvalidOperationException>(() => onnx.Forward([new InstanceView([2, 5, 7])], 8, 2, ["embedding"])).Message, StringComparison.Ordinal);
    }

    private static void Sum(OnnxGraph graph, object length, float last = 3)
    {
        string sum = graph.Node("ReduceSum", [graph.Node("Cast", [graph.Input("input_ids", OnnxElement.Int64, "batch", length)], ("to", 1)), graph.Whole(1)], ("keepdims", 1));
        graph.Output("logits", graph.Node("Mul", [sum, graph.Weight("factors", [1f, 2, last], 1, 3)]), "batch", 3);
    }

    private static string[] Fingerprints(TemporaryFolder folder)
    {
        using ITeacherBackend onnx = Load(folder, "onnx");
        return [.. onnx.Fingerprints];
    }

    private static ITeacherBackend Load(TemporaryFolder folder, string name, string device = "cpu", bool compile = false) =>
        TeacherBackends.Load(new TeacherDeployment(folder.File(name), device, ElementType.Float32) { Compile = compile });

    private static KdException Replaced(TemporaryFolder folder, Action<OnnxGraph> make)
    {
        Replace(folder, make);
        return Assert.Throws<KdException>(() => Load(folder, "onnx"));
    }

    private static void Replace(TemporaryFolder folder, Action<OnnxGraph> make)
    {
        OnnxGraph graph = new("made");
        make(graph);
        using FileStream stream = File.Create(folder.File("onnx/model.onnx"));
        graph.Write(stream, []);
    }

    private static void Export(TemporaryFolder folder, string kind)
    {
        using Model model = ModelFactory.Create(s_tokenizer.ShapeOf(new ModelSpec { Kind = kind, Embedding = 24, Hidden = 20, Layers = 2, Heads = 4, Filters = [2, 3] }, 3), seed: 4);
        model.eval();
        Checkpoint.Save(folder.File("native"), model, s_tokenizer, s_labels, new CheckpointInfo { Name = "one" });
        OnnxFolder.Write(folder.File("onnx"), new Checkpoint(model, s_tokenizer, s_labels, new CheckpointInfo { Name = "one" }));
    }

    private static InstanceView[] Views(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new InstanceView([.. Enumerable.Range(0, random.Next(1, Length + 1)).Select(_ => random.Next(1, 100))]))];
    }

    private static float[] Row(float[] logits, int row) => logits[(row * 3)..((row + 1) * 3)];
}
