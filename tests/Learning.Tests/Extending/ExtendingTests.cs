using System.Text.RegularExpressions;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Models;
using KdCluster.Learning.Objectives;
using KdCluster.Learning.Objectives.Terms;
using KdCluster.Learning.Schedules;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using KdCluster.Tests.Training;
using KdCluster.Tests.Weightings;
using static TorchSharp.torch;

namespace KdCluster.Tests.Extending;

/// <summary>The examples of <c>docs/extending.md</c>: they are the files of this folder, and they do what they say.</summary>
public partial class ExtendingTests : TensorScope
{
    [Fact]
    public void The_page_shows_the_files_that_are_compiled_here()
    {
        string root = Root(), page = File.ReadAllText(Path.Combine(root, "docs", "extending.md"));
        Dictionary<string, string> shown = Example().Matches(page).ToDictionary(m => m.Groups["file"].Value, m => m.Groups["code"].Value);
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(root, "tests", "Learning.Tests", "Extending"), "*.cs").Select(f => $"tests/Learning.Tests/Extending/{Path.GetFileName(f)}").Where(f => !f.EndsWith("Tests.cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            shown.Keys.Order(StringComparer.Ordinal));
        Assert.All(shown, e => Assert.Equal(File.ReadAllText(Path.Combine(root, e.Key)), e.Value));
        // Every place that the page sends a reader to is there.
        Assert.All(Place().Matches(page), m => Assert.True(Path.Exists(Path.Combine(root, m.Groups["path"].Value)), m.Groups["path"].Value));
    }

    [Fact]
    public void The_loss_is_Hubers()
    {
        Tensor student = randn(5, 3, generator: new Generator(1)).mul(3), teachers = randn(2, 5, 3, generator: new Generator(2)).mul(3);
        using Tensor learning = student.clone().requires_grad_(true);
        Tensor loss = new HuberTerm(1.5).Evaluate(new TermInput(learning, zeros(5, 3), teachers, default(StepPosition)));
        Assert.Equal([2L, 5], loss.shape);
        for (int k = 0; k < 2; k++)
        {
            for (int i = 0; i < 5; i++)
            {
                double expected = Enumerable.Range(0, 3).Average(c => Huber(student[i, c].item<float>() - teachers[k, i, c].item<float>()));
                Assert.Equal(expected, loss[k, i].item<float>(), 1e-5);
            }
        }

        loss.sum().backward();
        Assert.Equal(Enumerable.Range(0, 2).Sum(k => Math.Clamp(student[0, 0].item<float>() - teachers[k, 0, 0].item<float>(), -1.5, 1.5)) / 3, learning.grad![0, 0].item<float>(), 1e-5);

        static double Huber(double x) => Math.Abs(x) <= 1.5 ? x * x / 2 : 1.5 * (Math.Abs(x) - 0.75);
    }

    [Fact]
    public void The_weighting_is_the_margin_and_its_rows_sum_to_1()
    {
        MarginWeighting weighting = new(new WeightingSetup(new WeightingSpec(), new ObjectiveSpec(), WeightingCase.Teachers, WeightingCase.Classes, WeightingCase.Width, 1));
        WeightingState state = WeightingCase.State(3);
        float[] weights = weighting.Weigh(state).contiguous().data<float>().ToArray();
        for (int i = 0; i < WeightingCase.Batch; i++)
        {
            double[] margins = [.. Enumerable.Range(0, WeightingCase.Teachers).Select(k =>
            {
                double[] z = [.. state.Targets.Logits.Skip(((k * WeightingCase.Batch) + i) * WeightingCase.Classes).Take(WeightingCase.Classes).Select(v => Math.Exp(v))];
                Array.Sort(z);
                return (z[^1] - z[^2]) / z.Sum();
            })];
            for (int k = 0; k < WeightingCase.Teachers; k++)
                Assert.Equal(margins[k] / margins.Sum(), weights[(i * WeightingCase.Teachers) + k], 1e-5);
        }
    }

    [Fact]
    public void The_model_takes_the_largest_values_and_padding_changes_nothing()
    {
        // Of drawn weights some have no unit that the changed word reaches.
        using MaxOfEmbeddings model = TorchRuntime.WithSeed(1, () => new MaxOfEmbeddings(new ModelShape(new ModelSpec { Kind = "max-of-embeddings", Embedding = 6, Hidden = 5, Dropout = 0 }, 20, 3, 8)));
        model.eval();
        using var off = no_grad();
        Tensor alone = model.call(tensor(new long[,] { { 2, 9, 11, 3 } })).Logits, padded = model.call(tensor(new long[,] { { 2, 9, 11, 3, 0, 0 }, { 2, 5, 6, 7, 8, 3 } })).Logits;
        Assert.Equal([1L, 3], alone.shape);
        Assert.True(alone[0].allclose(padded[0], atol: 1e-6));
        // The order of the words does not count, which words there are does.
        Assert.True(alone.allclose(model.call(tensor(new long[,] { { 2, 11, 9, 3 } })).Logits, atol: 1e-6));
        Assert.False(alone.allclose(model.call(tensor(new long[,] { { 2, 11, 10, 3 } })).Logits, atol: 1e-6));
    }

    [Fact]
    public void The_loop_goes_half_the_way_back_every_fifth_step()
    {
        using var task = new TrainingCase(160);
        TrainingJob job = task.Job("lookahead") with { Training = new TrainingSpec { Epochs = 1, BatchSize = 16, LearningRate = 0.01 } };
        using LookaheadLoop loop = new(job, CPU);
        using SupervisedLoop plain = new(job, CPU);
        float[] first = Weights(plain);
        for (int tick = 0; tick < 5; tick++)
        {
            LoopTick now = new(tick, TrainingPhase.Train, [.. Enumerable.Range(16 * tick, 16)], null, 0.01, 0, Read: false);
            loop.Step(now);
            plain.Step(now);
            Assert.Equal(tick < 4, Weights(loop).SequenceEqual(Weights(plain)));
        }

        float[] half = [.. first.Zip(Weights(plain), (a, b) => (a + b) / 2)];
        Assert.All(half.Zip(Weights(loop)), p => Assert.Equal(p.First, p.Second, 1e-6));

        static float[] Weights(SupervisedLoop of) => [.. of.Model.parameters().SelectMany(p => p.data<float>().ToArray())];
    }

    [Fact]
    public void A_recipe_that_names_the_loop_is_the_same_when_it_is_written_and_read_again()
    {
        // The line that the page adds to the table.
        RecipeKey[] keys = RecipeTableLoop.Loop.Keys;
        RecipeKey kind = keys[0];
        keys[0] = kind with { Choices = [.. kind.Choices!, "lookahead"] };
        try
        {
            Recipe recipe = RecipeReader.Read("""{ "name": "slow", "data": { "builtIn": "dotnet-docs" }, "student": { "kind": "bag-of-embeddings" }, "loop": { "kind": "lookahead" } }""", "slow.json");
            Assert.Equal(new LoopSpec { Kind = "lookahead" }, recipe.Loop);
            Recipe again = RecipeReader.Read(RecipeWriter.Write(recipe), "again.json");
            Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(again));
        }
        finally
        {
            keys[0] = kind;
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "KdCluster.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder!;
    }

    [GeneratedRegex(@"`(?<file>tests/Learning\.Tests/Extending/\w+\.cs)`[^`]*?\n\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Example();

    [GeneratedRegex(@"`(?<path>(src|tests|recipes|docs)/[\w./]+)`", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Place();
}
