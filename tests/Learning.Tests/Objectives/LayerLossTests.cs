using KdCluster.Learning.Objectives;
using KdCluster.Recipes;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

/// <summary>Each loss on layers against published or hand-made numbers and against loops, padded and unpadded, and its gradient against differences.</summary>
public class LayerLossTests : TensorScope
{
    private const int Width = 4, TeacherWidth = 5, Heads = 2;
    private static readonly int[] Lengths = [3, 5, 1, 4];

    public static TheoryData<string> Losses => [.. RecipeTableLosses.All.Where(l => l.Compares != OutputFamily.Logits && !l.IsAdversary).Select(l => l.Name).Except(AdapterLossTests.Names)];

    public static TheoryData<string> TokenLosses => [.. RecipeTableLosses.All.Where(l => l is { Compares: OutputFamily.Hidden or OutputFamily.Attention, IsAdversary: false }).Select(l => l.Name).Except(AdapterLossTests.Names)];

    /// <summary>Loops in pure Python over the tables of <see cref="TermTests"/> gave these, six decimals.</summary>
    [Theory]
    [InlineData("pkt", 0.017472)]
    [InlineData("similarity", 0.050646)]
    [InlineData("rkd-distance", 0.022721)]
    [InlineData("rkd-angle", 0.025878)]
    [InlineData("contrast", 1.304668)]
    [InlineData("paired-hinge", 0.644254)]
    public void Relations_of_a_batch_have_known_values(string loss, double value)
    {
        Tensor s = tensor(new[,] { { 1, 2, -1 }, { 0, -1, .5 }, { 2, .5, 0 }, { -1, .3, 1.2 } }), t = tensor(new[,] { { .5, 1.5, 0 }, { 1, -1, .2 }, { 1, 1, -1 }, { -.5, .1, 2 } });
        Assert.Equal(value, Of(loss).Evaluate(new LayerInput([s], [t], ones(4, 1))).mean().item<double>(), 5e-7);
    }

    /// <summary>The same tables, a row of them a channel: from a loop over the channels' pairs, which gives 0 for a table with itself.</summary>
    [Theory]
    [InlineData("nst")]
    [InlineData("map-nst")]
    public void The_discrepancy_of_channels_has_a_known_value(string loss)
    {
        Tensor s = tensor(new[, ,] { { { 1, 0, 2, -1 }, { 2, -1, .5, .3 }, { -1, .5, 0, 1.2 } } }), t = tensor(new[, ,] { { { .5, 1, 1, -.5 }, { 1.5, -1, 1, .1 }, { 0, .2, -1, 2 } } });
        Assert.Equal(0.048261, Of(loss).Evaluate(new LayerInput([s], [t], ones(1, 3, dtype: ScalarType.Float64))).item<double>(), 5e-7);
        Assert.Equal(0, Of(loss).Evaluate(new LayerInput([s], [s], ones(1, 3, dtype: ScalarType.Float64))).item<double>(), 1e-15);
    }

    /// <summary>Three words of arXiv 2109.08359's relations, by loops in pure Python.</summary>
    [Theory]
    [InlineData("word-relation", 0.0533509079)]
    [InlineData("word-angle", 0.0876669199)]
    public void Relations_of_words_have_known_values(string loss, double value)
    {
        Tensor s = tensor(new[, ,] { { { 1.0, 0, 0 }, { 1, 1, 0 }, { 0, 0, 1 } } }), t = tensor(new[, ,] { { { 1.0, 0 }, { 0, 1 }, { 1, 1 } } });
        Assert.Equal(value, Of(loss).Evaluate(new LayerInput([s], [t], ones(1, 3, dtype: ScalarType.Float64))).item<double>(), 1e-10);
    }

    [Theory]
    [MemberData(nameof(TokenLosses))]
    public void Loops_over_tokens_give_the_same_and_padding_changes_nothing(string loss)
    {
        double[] found = Values(loss, 5), wider = Values(loss, 12);
        for (int b = 0; b < Lengths.Length; b++)
        {
            Assert.Equal(LayerLoops.Of(loss, Numbers(true, loss, b), Numbers(false, loss, b)), found[b], 1e-9);
            Assert.Equal(found[b], wider[b], 1e-9);
        }

        Assert.True(found.Sum() > 0);
    }

    [Theory]
    [InlineData("map-mse")]
    [InlineData("map-affinity")]
    [InlineData("attention-transfer")]
    [InlineData("map-nst")]
    [InlineData("map-fsp")]
    [InlineData("channel-similarity")]
    [InlineData("channel-affinity")]
    [InlineData("channel-correlation")]
    [InlineData("spatial-correlation")]
    public void Loops_over_pixels_give_the_same(string loss)
    {
        LayerInput input = Input(loss, 0);
        double[] found = Of(loss).Evaluate(input).data<double>().ToArray();
        for (int b = 0; b < Lengths.Length; b++)
            Assert.Equal(LayerLoops.Of(loss, Image(input.Student, b), Image(input.Teacher, b)), found[b], 1e-9);

        static double[][][] Image(IReadOnlyList<Tensor> layers, int b) =>
            [.. layers.Select(l => Enumerable.Range(0, 6).Select(p => l[b, p].data<double>().ToArray()).ToArray())];
    }

    /// <summary>Losses of a whole batch, by loops over its instances.</summary>
    [Theory]
    [InlineData("cckd")]
    [InlineData("cckd-bilinear")]
    [InlineData("srd")]
    [InlineData("contrast")]
    [InlineData("paired-hinge")]
    public void Loops_over_instances_give_the_same(string loss)
    {
        LayerInput input = Input(loss, 0);
        double[] found = Of(loss).Evaluate(input).data<double>().ToArray(), expected = LayerLoops.OfBatch(loss, Rows(input.Student[0]), Rows(input.Teacher[0]));
        for (int b = 0; b < Lengths.Length; b++)
            Assert.Equal(expected[b], found[b], 1e-9);

        static double[][] Rows(Tensor embeddings) => [.. Enumerable.Range(0, (int)embeddings.shape[0]).Select(b => embeddings[b].data<double>().ToArray())];
    }

    /// <summary>One instance has no relation to another: nothing is learned, and nothing breaks.</summary>
    [Theory]
    [InlineData("similarity")]
    [InlineData("pkt")]
    [InlineData("rkd-distance")]
    [InlineData("rkd-angle")]
    [InlineData("cckd")]
    [InlineData("cckd-bilinear")]
    [InlineData("srd")]
    [InlineData("contrast")]
    [InlineData("paired-hinge")]
    public void A_batch_of_one_teaches_no_relation(string loss)
    {
        LayerInput input = Input(loss, 0);
        Tensor student = input.Student[0].narrow(0, 0, 1).clone().requires_grad_(true);
        Tensor value = Of(loss).Evaluate(new LayerInput([student], [input.Teacher[0].narrow(0, 0, 1)], ones(1, 1)));
        Assert.Equal([1L], value.shape);
        Assert.True(double.IsFinite(value.item<double>()));
        value.sum().backward();
        Assert.Equal(0, student.grad!.abs().sum().item<double>(), 1e-12);
    }

    /// <summary>A narrow window, so that it leaves the text on both sides.</summary>
    [Fact]
    public void A_window_counts_what_is_in_it()
    {
        double[] found = Values("word-angle", 5, window: 3);
        for (int b = 0; b < Lengths.Length; b++)
            Assert.Equal(LayerLoops.WordAngle(Numbers(true, "word-angle", b), Numbers(false, "word-angle", b), 3), found[b], 1e-9);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Gradients_equal_differences_and_are_nothing_at_padding(string loss)
    {
        LayerInput input = Input(loss, 5);
        Tensor first = input.Student[0].requires_grad_(true);
        Of(loss).Evaluate(input).mean().backward();
        using var off = no_grad();
        Tensor gradient = first.grad!.flatten(), flat = first.flatten();
        for (long at = 0; at < flat.shape[0]; at += 3)
        {
            double here = flat[at].item<double>();
            flat[at] = tensor(here + 1e-5);
            double up = Of(loss).Evaluate(input).mean().item<double>();
            flat[at] = tensor(here - 1e-5);
            double down = Of(loss).Evaluate(input).mean().item<double>();
            flat[at] = tensor(here);
            Assert.Equal((up - down) / 2e-5, gradient[at].item<double>(), 1e-7);
        }

        Assert.True(gradient.abs().sum().item<double>() > 0);
        if (TokenLosses.Any(t => t.Data == loss))
            Assert.Equal(0, first.grad![2].reshape(Of(loss) is KdCluster.Learning.Objectives.Layers.AttentionSquaredErrorLoss or KdCluster.Learning.Objectives.Layers.AttentionCrossEntropyLoss ? [Heads, 5, 5] : [1, 5, Width]).narrow(1, 1, 4).abs().sum().item<double>());
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Equal_states_and_states_of_zero_make_no_nan(string loss)
    {
        LayerInput input = Input(loss, 5);
        Tensor[] zeros = [.. input.Student.Select(s => zeros_like(s).requires_grad_(true))], ones = [.. input.Student.Select(s => ones_like(s).requires_grad_(true))];
        foreach (Tensor[] students in new[] { zeros, ones })
        {
            Tensor value = Of(loss).Evaluate(input with { Student = students }).sum();
            value.backward();
            Assert.True(double.IsFinite(value.item<double>()), $"{value.item<double>()}");
            Assert.All(students, s => Assert.True(s.grad!.isfinite().all().item<bool>()));
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_student_that_says_what_the_teacher_says_has_the_least_loss(string loss)
    {
        LayerInput input = Input(loss, 5, same: true);
        double[] own = Of(loss).Evaluate(input with { Student = input.Teacher }).data<double>().ToArray(), other = Of(loss).Evaluate(input).data<double>().ToArray();
        // Their least values are the teacher's entropy, the logarithm of next to nothing, and what other instances leave.
        if (loss is not ("attention-ce" or "srd" or "contrast" or "paired-hinge"))
            Assert.All(own, x => Assert.Equal(0, x, 1e-12));
        Assert.True(own.Sum() < other.Sum());
    }

    private static ILayerLoss Of(string loss, int window = 21) => TermRegistry.LayerLoss(new TermSpec { Loss = loss, Window = window })!;

    private static bool IsAttention(string loss) => loss.StartsWith("attention", StringComparison.Ordinal);

    private static bool SameWidth(string loss) => Of(loss).Widths == LayerWidths.Same;

    private static double[] Values(string loss, int padded, int window = 21) => Of(loss, window).Evaluate(Input(loss, padded)).data<double>().ToArray();

    // Three layers of four instances. Of attention the rows are those of the tokens' pairs.
    private static double[][][] Numbers(bool student, string loss, int instance)
    {
        var random = new Random((student ? 1 : 2) + (10 * instance));
        int tokens = Lengths[instance], width = IsAttention(loss) ? tokens : student || SameWidth(loss) ? Width : TeacherWidth, rows = IsAttention(loss) ? Heads * tokens : tokens;
        return [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, width).Select(_ => (random.NextDouble() * 2) - 1).ToArray()).ToArray())];
    }

    private static LayerInput Input(string loss, int padded, bool same = false)
    {
        OutputFamily family = RecipeTableLosses.Find(loss)!.Compares;
        if (family == OutputFamily.Embedding)
            return new LayerInput([Embeddings(1, Width)], [Embeddings(2, same || SameWidth(loss) ? Width : TeacherWidth)], ones(Lengths.Length, 1));
        if (family == OutputFamily.Map)
            return new LayerInput([Pixels(1, Width), Pixels(3, Width)], [Pixels(2, same || SameWidth(loss) ? Width : TeacherWidth), Pixels(4, same || SameWidth(loss) ? Width : TeacherWidth)], ones(Lengths.Length, 1));
        Tensor real = zeros(Lengths.Length, padded, dtype: ScalarType.Float64);
        for (int b = 0; b < Lengths.Length; b++)
            real[b, ..Lengths[b]] = tensor(1.0);
        return new LayerInput(Layers(true, 7), Layers(false, 0), real);

        // Padding of the student holds something, as a model's does; the teacher's holds nothing.
        Tensor[] Layers(bool student, double filler) => [.. Enumerable.Range(0, 3).Select(layer =>
        {
            int width = student || same || SameWidth(loss) ? Width : TeacherWidth;
            Tensor all = IsAttention(loss) ? full(Lengths.Length, Heads, padded, padded, tensor(filler).item<double>(), dtype: ScalarType.Float64) : full(Lengths.Length, padded, width, tensor(filler).item<double>(), dtype: ScalarType.Float64);
            for (int b = 0; b < Lengths.Length; b++)
            {
                double[][] rows = Numbers(student, same ? "hidden-mse" : loss, b)[layer];
                if (IsAttention(loss))
                    rows = Numbers(student, loss, b)[layer];
                for (int i = 0; i < rows.Length; i++)
                {
                    for (int w = 0; w < rows[i].Length; w++)
                    {
                        if (IsAttention(loss))
                            all[b, i / Lengths[b], i % Lengths[b], w] = tensor(rows[i][w]);
                        else
                            all[b, i, w] = tensor(rows[i][w]);
                    }
                }
            }

            return all;
        })];

        static Tensor Embeddings(int seed, int width) => tensor(Drawn(seed, Lengths.Length * width), [Lengths.Length, width]);

        static Tensor Pixels(int seed, int width) => tensor(Drawn(seed, Lengths.Length * 6 * width), [Lengths.Length, 6, width]);

        static double[] Drawn(int seed, int count)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
        }
    }
}
