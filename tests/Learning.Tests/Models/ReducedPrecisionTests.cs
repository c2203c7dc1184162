using KdCluster.Instances;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Metrics;
using KdCluster.Learning.Models;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Tests.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Models;

/// <summary>Models in bfloat16 against themselves in single precision.</summary>
public sealed class ReducedPrecisionTests : TensorScope
{
    private const int Rows = 32, Length = 16;

    /// <summary>Those that a recipe may ask for.</summary>
    public static TheoryData<string> Kinds => [.. RecipeTableModel.ReducedKinds];

    // Sizes that fill no block.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Answers_are_near_those_of_single_precision_and_a_row_has_the_same_bits_wherever_it_stands(string kind)
    {
        using Model single = Make(kind), half = Make(kind);
        Assert.Null(ReducedPrecision.Obstacle(half.Spec));
        ReducedPrecision.Convert(half);
        string[] outputs = [.. single.Outputs.Select(o => o.Name)];
        InstanceView[] rows = Views(single, 1), others = Views(single, 2);
        Dictionary<string, float[]> right = Answers(single, rows, outputs), near = Answers(half, rows, outputs);
        Assert.All(outputs, o => Assert.InRange(Cosine(right[o], near[o]), 0.999, 1));
        Assert.NotEqual(right["logits"], near["logits"]);
        Assert.InRange(AnswerDivergence.Mean(right["logits"], near["logits"], 3), 0, 1e-4);

        Random random = new(3);
        Fill(float.NaN);
        for (int from = 0; from < Rows; from += 5)
        {
            int to = random.Next(Rows);
            InstanceView[] mixed = [.. others];
            mixed[to] = rows[from];
            Assert.Equal(near["logits"][(3 * from)..(3 * (from + 1))], Answers(half, mixed, ["logits"])["logits"][(3 * to)..(3 * (to + 1))]);
        }
    }

    [Fact]
    public void A_published_encoder_keeps_the_direction_of_its_embeddings_and_half_the_memory()
    {
        const string Name = "hf_minilm_l6";
        PublishedData.Need(Name);
        string folder = Path.Combine(PublishedData.Folder, Name);
        CheckpointConfig config = Checkpoint.ReadConfig(folder);
        config = config with { Shape = config.Shape with { Family = config.Shape.Family! with { Pooling = "mean" } } };
        using Model model = Checkpoint.ReadModel(folder, config);
        model.eval();
        Random random = new(5);
        InstanceView[] views = [.. Enumerable.Range(0, Rows).Select(i => new InstanceView([101, .. Enumerable.Range(0, 1 + (i % (Length - 2))).Select(_ => random.Next(1000, 30000)), 102]))];
        float[] right = Answers(model, views, [OutputNames.Embedding])[OutputNames.Embedding];
        long before = Bytes(model);
        ReducedPrecision.Convert(model);
        float[] near = Answers(model, views, [OutputNames.Embedding])[OutputNames.Embedding];
        Assert.All(Enumerable.Range(0, Rows), i => Assert.InRange(Cosine(right.AsSpan(i * 384, 384), near.AsSpan(i * 384, 384)), 0.9998, 1));
        Assert.InRange(Bytes(model), before / 2, (long)(before * 0.51));
    }

    [Theory]
    [InlineData("bilstm")]
    [InlineData("gpt2")]
    [InlineData("llama")]
    public void What_cannot_be_computed_so_says_why(string kind) => Assert.NotNull(ReducedPrecision.Obstacle(new ModelSpec { Kind = kind }));

    [Fact]
    public void Divergence_is_that_of_the_distributions()
    {
        float[] right = [1, 2, 0, -1, 0.5f, 3], other = [1.1f, 1.9f, 0.2f, -1, 0.5f, 2.5f];
        double expected = 0;
        for (int r = 0; r < 2; r++)
        {
            double[] p = Shares(right, r), q = Shares(other, r);
            for (int c = 0; c < 3; c++)
                expected += p[c] * Math.Log(p[c] / q[c]) / 2;
        }

        Assert.Equal(expected, AnswerDivergence.Mean(right, other, 3), 12);
        // Scores 1 and 3: variance 1; off by 0.1 and 0.3: mean of Δ²/2.
        Assert.Equal((0.01 + 0.09) / 4, AnswerDivergence.Mean([1, 3], [1.1f, 2.7f], 1), 6);
        Assert.Equal(0, AnswerDivergence.Mean([2, 2], [2, 2], 1));
        Assert.Equal(double.PositiveInfinity, AnswerDivergence.Mean([2, 2], [2, 3], 1));

        static double[] Shares(float[] z, int row)
        {
            double[] e = [.. z.Skip(3 * row).Take(3).Select(v => Math.Exp(v))];
            return [.. e.Select(v => v / e.Sum())];
        }
    }

    private static Model Make(string kind)
    {
        bool image = kind is "mlp" or "cnn" or "resnet";
        var spec = new ModelSpec { Kind = kind, Embedding = 40, Hidden = 36, Layers = 2, Heads = 4, Filters = [2, 3], Channels = kind == "mlp" ? null : 8, Depth = kind == "resnet" ? 8 : kind == "mlp" ? null : 4 };
        ModelShape shape = image ? new ModelShape(spec, 0, 3, 0) { Image = new ImageInput(3, 12, 12, [0.5, 0.4, 0.3], [0.2, 0.3, 0.2]) } : new ModelShape(spec, 100, 3, Length);
        Model model = ModelFactory.Create(shape, seed: 4);
        model.eval();
        return model;
    }

    private static InstanceView[] Views(Model model, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Rows).Select(_ => model.Shape.Image is { } image ? Image(image.Layout) : new InstanceView([.. Enumerable.Range(0, random.Next(1, Length + 1)).Select(_ => random.Next(1, 100))]))];

        InstanceView Image(TensorLayout layout)
        {
            var pixels = new byte[layout.Bytes!.Value];
            random.NextBytes(pixels);
            return new InstanceView(new NamedTensor(layout, pixels));
        }
    }

    private static Dictionary<string, float[]> Answers(Model model, InstanceView[] rows, string[] outputs)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        return model.Compute(model.Collate(rows, model.PaddedLength(rows.Max(r => r.Length)), Rows), outputs).ToDictionary(o => o.Key, o => o.Value.to(ScalarType.Float32).contiguous().data<float>().ToArray());
    }

    private static double Cosine(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        (double product, double a, double b) = (0, 0, 0);
        for (int i = 0; i < one.Length; i++)
            (product, a, b) = (product + ((double)one[i] * other[i]), a + Math.Pow(one[i], 2), b + Math.Pow(other[i], 2));
        return product / Math.Sqrt(a * b);
    }

    private static long Bytes(Model model) => model.parameters().Sum(p => p.numel() * p.element_size());

    private static void Fill(float value)
    {
        using var scope = NewDisposeScope();
        foreach (int size in (int[])[256, 1024, 4096, 16384, 65536])
            for (int i = 0; i < 30; i++)
                full(size, value);
    }
}
