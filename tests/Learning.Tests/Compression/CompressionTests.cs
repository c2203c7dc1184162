using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Compression;
using KdCluster.Learning.Models;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Compression;

public class CompressionTests : TensorScope
{
    [Fact]
    public void Pruning_sets_exactly_the_smallest_weights_of_each_layer_to_0()
    {
        using var task = new TrainingCase(40);
        using Model model = Model(task, "text-cnn");
        Dictionary<string, float[]> before = Weights(model);
        new PrunedWeights(model, new PruningSpec { Sparsity = 0.3 }).ApplyWhole();
        string[] layers = [.. model.named_modules().Where(m => m.module is TorchSharp.Modules.Linear or TorchSharp.Modules.Conv1d).Select(m => $"{m.name}.weight")];
        Assert.Equal(4, layers.Length);
        foreach ((string name, float[] now) in Weights(model))
        {
            float[] expected = [.. before[name]];
            if (layers.Contains(name))
            {
                // Brute force: sort by magnitude, the first ⌊0.3·n + ½⌋ go.
                foreach (int i in Enumerable.Range(0, expected.Length).OrderBy(i => Math.Abs(expected[i])).Take((int)Math.Floor((0.3 * expected.Length) + 0.5)))
                    expected[i] = 0;
            }

            Assert.Equal(expected, now);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(25, 0.4375)]
    [InlineData(50, 0.5)]
    [InlineData(51, 0.5)]
    [InlineData(100, 0.5)]
    public void Sparsity_rises_by_the_published_cubic_and_ends_exactly(int done, double sparsity) =>
        Assert.Equal(sparsity, PrunedWeights.SparsityAt(new PruningSpec { Sparsity = 0.5, Until = 0.5 }, done, 100));

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(2)]
    public void A_rounded_weight_is_the_nearest_of_its_outputs_levels(int bits)
    {
        Tensor weight = randn(7, 33, generator: new Generator(3));
        weight[2] = 0;
        float[,] before = Matrix(weight), after = Matrix(QuantizedWeights.Rounded(weight, bits));
        int most = (1 << (bits - 1)) - 1;
        for (int o = 0; o < 7; o++)
        {
            double scale = Enumerable.Range(0, 33).Max(i => Math.Abs(before[o, i])) / (double)most;
            for (int i = 0; i < 33; i++)
            {
                double nearest = scale == 0 ? 0 : Enumerable.Range(-most, (2 * most) + 1).MinBy(q => Math.Abs((q * scale) - before[o, i])) * scale;
                Assert.Equal(nearest, after[o, i], 1e-6);
                Assert.True(Math.Abs(after[o, i] - before[o, i]) <= (scale / 2) + 1e-6);
            }

            Assert.True(Enumerable.Range(0, 33).Select(i => after[o, i]).Distinct().Count() <= (2 * most) + 1);
        }
    }

    [Fact]
    public void Rounding_twice_is_rounding_once_and_0_stays_0()
    {
        Tensor weight = randn(5, 20, generator: new Generator(4));
        weight[1, 3] = 0;
        Tensor once = QuantizedWeights.Rounded(weight, 8);
        Assert.True(once.allclose(QuantizedWeights.Rounded(once, 8), rtol: 0, atol: 1e-7));
        Assert.Equal(0, once[1, 3].item<float>());
    }

    [Fact]
    public void What_is_validated_and_kept_is_compressed_and_the_training_goes_on_with_what_it_had()
    {
        using var task = new TrainingCase(120);
        TrainingSpec training = task.Job("x").Training with { Pruning = new PruningSpec { Sparsity = 0.5, Until = 0.5 }, Quantization = new QuantizationSpec { Bits = 4 } };
        TrainingResult result = StudentTrainer.Train(task.Job("both") with { Training = training });
        using Model best = Checkpoint.Load(result.BestFolder, CPU).Model;
        Tensor[] layers = [.. LayerWeights.Of(best, linearOnly: false)];
        Assert.NotEmpty(layers);
        Assert.All(layers, w => Assert.True(w.eq(0).sum().item<long>() >= PrunedWeights.CountOf(w.numel(), 0.5)));
        Assert.All(layers, w => Assert.True(w.allclose(QuantizedWeights.Rounded(w, 4), rtol: 0, atol: 1e-6)));
        Assert.Equal(result.Best.Accuracy, Evaluator.Evaluate(best, task.Validation).Accuracy);

        using Model model = Model(task, "text-cnn");
        Dictionary<string, float[]> before = Weights(model);
        using (CompressedWeights.Of(model, training))
            Assert.NotEqual(before, Weights(model));
        Assert.Equal(before, Weights(model));
        Assert.Null(CompressedWeights.Of(model, task.Job("x").Training));
    }

    [Fact]
    public void Quantisation_alone_changes_what_is_kept_and_not_the_training()
    {
        using var task = new TrainingCase(120);
        TrainingJob plain = task.Job("plain");
        StudentTrainer.Train(plain);
        StudentTrainer.Train(task.Job("rounded") with { Training = plain.Training with { Quantization = new QuantizationSpec() } });
        string State(string name) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(task.Folder, name, "last", "state.safetensors"))));
        Assert.Equal(State("plain"), State("rounded"));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(task.Folder, "plain", "best", "model.safetensors")), File.ReadAllBytes(Path.Combine(task.Folder, "rounded", "best", "model.safetensors")));
    }

    private static Model Model(TrainingCase task, string kind) => ModelFactory.Create(task.Tokenizer.ShapeOf(new ModelSpec { Kind = kind, Embedding = 8, Hidden = 6 }, 4), 3, CPU);

    private static Dictionary<string, float[]> Weights(Model model) => model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().cpu().contiguous().data<float>().ToArray());

    private static float[,] Matrix(Tensor weight)
    {
        var all = new float[weight.shape[0], weight.shape[1]];
        for (int o = 0; o < weight.shape[0]; o++)
        {
            for (int i = 0; i < weight.shape[1]; i++)
                all[o, i] = weight[o, i].item<float>();
        }

        return all;
    }
}
