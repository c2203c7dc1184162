using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Onnx;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Images;
using KdCluster.Tests.Models;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Onnx;

/// <summary>What is written as ONNX is computed by ONNX Runtime, and held against the model itself.</summary>
public sealed class OnnxExportTests : TensorScope
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Texts => ModelCases.Kinds;

    public static TheoryData<string> Images => ImageCase.Kinds;

    [Theory]
    [MemberData(nameof(Texts))]
    public void Texts_of_any_length_and_padding_are_answered_alike(string kind)
    {
        foreach ((int classes, int padding) in ((int, int)[])[(1, 0), (3, 7)])
        {
            using Model model = ModelFactory.Create(new ModelShape(ModelCases.Spec(kind, dropout: 0.1), ModelCases.Vocabulary, classes, ModelCases.MaxLength) { Padding = padding }, seed: 3);
            Lively(model);
            model.eval();
            using InferenceSession session = Written(model, new WordTokenizer([.. WordTokenizer.SpecialTokens, .. Enumerable.Range(4, ModelCases.Vocabulary - 4).Select(i => $"w{i}")], ModelCases.MaxLength), classes == 1 ? LabelSpace.Score : new LabelSpace(["a", "b", "c"]));
            foreach ((int rows, int length) in ((int, int)[])[(1, 8), (5, 8), (16, 24), (3, 48)])
            {
                // The last is a row of padding, as a batch of one shape may have.
                int[][] ids = [.. ModelCases.Rows(rows, length, rows + length).Select(row => Array.ConvertAll(row, i => i == padding && model is TextModel ? i + 1 : i)), []];
                int[][] types = [.. ids.Select(row => Array.ConvertAll(row, i => i % 2))];
                bool typed = session.InputNames.Contains("token_type_ids");
                Tensor batch = model.Collate([.. ids.Zip(types, (i, t) => typed ? new InstanceView(i, t) : new InstanceView(i))], length);
                string[] names = [.. session.OutputNames];
                Assert.Equal([model.Answer, OutputNames.Embedding, .. model.Outputs.Select(o => o.Name).Where(n => n.StartsWith("hidden.", StringComparison.Ordinal))], names);
                using var off = no_grad();
                IReadOnlyDictionary<string, Tensor> expected = model.Compute(batch, names);
                long[] mask = Padded([.. ids.Select(row => Array.ConvertAll(row, _ => 1))], length, 0);
                List<(string, OrtValue)> inputs = [("input_ids", Value(Padded(ids, length, model.Shape.Padding), rows + 1)), ("attention_mask", Value(mask, rows + 1))];
                if (typed)
                    inputs.Add(("token_type_ids", Value(Padded(types, length, 0), rows + 1)));
                Dictionary<string, (long[] Shape, float[] Values)> answers = Run(session, names, [.. inputs]);
                foreach (string name in names)
                {
                    Assert.Equal(expected[name].shape, answers[name].Shape);
                    Near(name, expected[name], answers[name].Values, name.StartsWith("hidden.", StringComparison.Ordinal) ? mask : null);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Images_are_answered_alike_from_their_bytes(string kind)
    {
        using var task = new ImageCase(64, channels: 3);
        using Model model = task.Create(kind, dropout: 0.1);
        InstanceView[] all = [.. task.Data.Encode(DataSplit.Train, task.Encoder).Views];
        // What batch normalisation has seen is not what it begins with.
        model.call(model.Collate(all));
        Lively(model);
        model.eval();
        using InferenceSession session = Written(model, task.Encoder, task.Labels);
        string[] names = [.. session.OutputNames];
        using var off = no_grad();
        foreach (int rows in (int[])[1, 7])
        {
            Tensor batch = model.Collate(all[..rows]);
            IReadOnlyDictionary<string, Tensor> expected = model.Compute(batch, names);
            Dictionary<string, (long[] Shape, float[] Values)> answers = Run(session, names, ("pixels", OrtValue.CreateTensorValueFromMemory([.. batch.data<byte>()], batch.shape)));
            foreach (string name in names)
            {
                Assert.Equal(expected[name].shape, answers[name].Shape);
                Near(name, expected[name], answers[name].Values, null);
            }
        }

        Assert.Equal(kind == "mlp" ? 2 : kind == "cnn" ? 4 : 5, names.Length);
    }

    [Fact]
    public void The_same_checkpoint_gives_the_same_bytes_which_say_what_they_are()
    {
        using Model model = ModelCases.Create("text-cnn");
        WordTokenizer tokenizer = new([.. WordTokenizer.SpecialTokens, .. Enumerable.Range(4, ModelCases.Vocabulary - 4).Select(i => $"w{i}")], ModelCases.MaxLength);
        LabelSpace labels = new(["red", "green", "blue"]);
        Assert.Equal(Bytes(model, tokenizer, labels), Bytes(model, tokenizer, labels));
        using InferenceSession session = Written(model, tokenizer, labels);
        IReadOnlyDictionary<string, string> facts = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal("red\ngreen\nblue", facts["labels"]);
        Assert.Equal(tokenizer.Hash, facts["inputs"]);
        Assert.Equal("KdCluster", session.ModelMetadata.ProducerName);
        Assert.Equal(["batch", "length"], session.InputMetadata["input_ids"].SymbolicDimensions);
        Assert.Equal([-1, 3], session.OutputMetadata["logits"].Dimensions);
    }

    [Fact]
    public void Every_kind_of_model_but_the_decoders_can_be_written() => Assert.Equal(ModelFactory.Kinds.Except(DecoderSettings.Kinds).Order(StringComparer.Ordinal), OnnxExport.Kinds.Order(StringComparer.Ordinal));

    private static long[] Padded(int[][] rows, int length, long padding) => [.. rows.SelectMany(r => r.Select(i => (long)i).Concat(Enumerable.Repeat(padding, length - r.Length)))];

    private static OrtValue Value(long[] values, long rows) => OrtValue.CreateTensorValueFromMemory(values, [rows, values.Length / rows]);

    private static Dictionary<string, (long[] Shape, float[] Values)> Run(InferenceSession session, string[] names, params (string Name, OrtValue Value)[] inputs)
    {
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, inputs.ToDictionary(i => i.Name, i => i.Value), names);
        Dictionary<string, (long[], float[])> answers = names.Zip(results).ToDictionary(r => r.First, r => (r.Second.GetTensorTypeAndShape().Shape, r.Second.GetTensorDataAsSpan<float>().ToArray()));
        foreach ((_, OrtValue value) in inputs)
            value.Dispose();
        return answers;
    }

    private static InferenceSession Written(Model model, Learning.Tasks.InputEncoder encoder, LabelSpace labels) => new(Bytes(model, encoder, labels));

    private static byte[] Bytes(Model model, Learning.Tasks.InputEncoder encoder, LabelSpace labels)
    {
        using var stream = new MemoryStream();
        OnnxExport.Write(stream, new Checkpoint(model, encoder, labels, new CheckpointInfo { Name = "one", Method = "made" }));
        return stream.ToArray();
    }

    /// <summary>No weight is what it begins with: a bias that is left out would show.</summary>
    private static void Lively(Model model)
    {
        using var off = no_grad();
        int seed = 0;
        foreach ((string name, TorchSharp.Modules.Parameter weight) in model.named_parameters())
        {
            using Generator generator = new((ulong)++seed);
            weight.add_(rand(weight.shape, generator: generator).sub_(0.5f).mul_(0.2f));
            if (name == "embedding.weight")
                weight[model.Shape.Padding].zero_();
        }
    }

    private static void Near(string name, Tensor expected, float[] answers, long[]? mask)
    {
        float[] wanted = [.. expected.cpu().contiguous().data<float>()];
        double largest = wanted.Max(Math.Abs);
        int each = mask is null ? 1 : wanted.Length / mask.Length;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (mask is null || mask[i / each] == 1)
                Assert.True(Math.Abs(wanted[i] - answers[i]) <= Tolerance * Math.Max(largest, 1), $"{name}[{i}]: {answers[i]} for {wanted[i]}");
        }
    }
}
