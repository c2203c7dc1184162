using KdCluster.Learning.Objectives;
using KdCluster.Learning.Objectives.Layers;
using KdCluster.Learning.Schedules;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

/// <summary>Losses with networks or memory of their own, against loops that read their weights, padded and unpadded, and their gradients against differences.</summary>
public class AdapterLossTests : TensorScope
{
    internal static readonly string[] Names = ["vid", "map-vid", "review", "factor-transfer", "pad", "crd"];

    private const int Width = 3, TeacherWidth = 4, Rows = 7, Negatives = 5, Memory = 6;
    private static readonly int[] Lengths = [3, 5, 1];

    private readonly List<nn.Module> _made = [];

    public static TheoryData<string> Losses => [.. Names];

    [Fact]
    public void They_are_those_that_make_adapters() =>
        Assert.Equal(Names.Order(), RecipeTableLosses.All.Where(l => TermRegistry.LayerLoss(new TermSpec { Loss = l.Name }) is { } loss && Makes(loss)).Select(l => l.Name).Order());

    [Fact]
    public void A_normal_density_is_as_loops_say_and_padding_changes_nothing()
    {
        (LayerInput input, LayerInput wider) = (Tokens(5), Tokens(9));
        double[] found = Values("vid", input), padded = Values("vid", wider with { Adapter = input.Adapter });
        for (int b = 0; b < Lengths.Length; b++)
        {
            double expected = 0;
            for (int layer = 0; layer < 2; layer++)
            {
                for (int i = 0; i < Lengths[b]; i++)
                    expected += Density(input, layer, input.Student[layer][b, i], input.Teacher[layer][b, i]) / Lengths[b] / 2;
            }

            Assert.Equal(expected, found[b], 1e-9);
            Assert.Equal(expected, padded[b], 1e-9);
        }
    }

    [Fact]
    public void A_normal_density_of_maps_is_a_mean_over_the_pixels()
    {
        LayerInput input = Maps("map-vid");
        double[] found = Values("map-vid", input);
        for (int b = 0; b < Lengths.Length; b++)
        {
            double expected = Enumerable.Range(0, 2).Average(layer => Enumerable.Range(0, (int)input.Student[layer].shape[1]).Average(p => Density(input, layer, input.Student[layer][b, p], input.Teacher[layer][b, p])));
            Assert.Equal(expected, found[b], 1e-9);
        }
    }

    /// <summary>At its first variance, 5, of an exact guess: ½·log 5.</summary>
    [Fact]
    public void A_variance_begins_at_five()
    {
        LayerInput input = Tokens(5);
        using var off = no_grad();
        foreach ((string name, TorchSharp.Modules.Parameter weight) in input.Adapter!.named_parameters())
        {
            if (!name.EndsWith("scale", StringComparison.Ordinal))
                weight.zero_();
        }

        Assert.All(Values("vid", input with { Teacher = [.. input.Teacher.Select(t => zeros_like(t))] }), x => Assert.Equal(Math.Log(5) / 2, x, 1e-6));
    }

    [Fact]
    public void Errors_are_divided_by_a_variance_that_is_guessed()
    {
        LayerInput input = Embeddings("pad");
        double[][] s = Numbers(input.Student[0]), t = Numbers(input.Teacher[0]), map = Numbers(Weight(input, "variance.weight")), guesses = [.. s.Select(x => map.Select(r => Dot(r, x)).ToArray())];
        double[] found = Values("pad", input);
        for (int b = 0; b < Lengths.Length; b++)
        {
            double expected = 0;
            for (int w = 0; w < TeacherWidth; w++)
            {
                double mean = guesses.Average(g => g[w]), variance = guesses.Average(g => Square(g[w] - mean)), v = (guesses[b][w] - mean) / Math.Sqrt(variance + 1e-5);
                expected += ((Square(s[b][w] - t[b][w]) / (1e-6 + Math.Exp(v))) + v) / TeacherWidth;
            }

            Assert.Equal(expected, found[b], 1e-9);
        }
    }

    [Fact]
    public void A_review_is_as_loops_say()
    {
        LayerInput input = Maps("review");
        double[] found = Values("review", input);
        double[,,,]? deeper = null;
        var expected = new double[Lengths.Length];
        foreach (int layer in new[] { 1, 0 })
        {
            int side = layer == 0 ? 6 : 3;
            double[,,,] fused = MapLoops.Normalised(MapLoops.Linear(Image(input.Student[layer], side), Numbers(Weight(input, $"{layer}.reduce.weight")), null));
            if (deeper is not null)
                fused = MapLoops.Fused(fused, MapLoops.Enlarged(deeper, side), Numbers(Weight(input, "0.attention.weight")), Weight(input, "0.attention.bias").data<double>().ToArray());
            double[,,,] answer = MapLoops.Normalised(MapLoops.Convolved(fused, Weight(input, $"{layer}.answer.filters.weight"))), teacher = Image(input.Teacher[layer], side);
            for (int b = 0; b < Lengths.Length; b++)
                expected[b] += MapLoops.Compared(answer, teacher, b) / 2;
            deeper = fused;
        }

        for (int b = 0; b < Lengths.Length; b++)
            Assert.Equal(expected[b], found[b], 1e-8);
    }

    /// <summary>In the first steps what is said again is compared with the teacher's map, and the student hears nothing; then the factors are compared, and the paraphraser stands still.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void A_paraphraser_learns_first_and_the_student_then(int step, int phase)
    {
        LayerInput input = Maps("factor-transfer") with { At = new StepPosition(step, 10, 0, 1) };
        Tensor[] students = [.. input.Student.Select(s => s.requires_grad_(true))];
        Tensor value = Of("factor-transfer").Evaluate(input);
        value.sum().backward();
        double[] found = value.data<double>().ToArray();
        for (int b = 0; b < Lengths.Length; b++)
            Assert.Equal(Enumerable.Range(0, 2).Average(layer => Expected(layer, b)), found[b], 1e-8);
        Assert.All(students, s => Assert.Equal(phase == 1, s.grad is not null));
        Assert.All(input.Adapter!.named_parameters(), p => Assert.Equal(p.name.Contains("translator", StringComparison.Ordinal) == (phase == 1), p.parameter.grad is not null));

        double Expected(int layer, int b)
        {
            int side = layer == 0 ? 6 : 3;
            double[,,,] teacher = Image(input.Teacher[layer], side), factor = Through("paraphraser", teacher);
            if (phase == 0)
                return All(Through("back", factor), b).Zip(All(teacher, b), (x, y) => Square(x - y)).Average();
            return Unit(All(Through("translator", Image(input.Student[layer], side)), b)).Zip(Unit(All(factor, b)), (x, y) => Math.Abs(x - y)).Average();

            double[,,,] Through(string stack, double[,,,] x)
            {
                for (int i = 1; i <= 3; i++)
                    x = MapLoops.Leaky(MapLoops.Normalised(MapLoops.Convolved(x, Weight(input, $"{layer}.{stack}{i}.filters.weight"))));
                return x;
            }
        }

        static double[] All(double[,,,] x, int b) => [.. from c in Enumerable.Range(0, x.GetLength(1)) from h in Enumerable.Range(0, x.GetLength(2)) from w in Enumerable.Range(0, x.GetLength(3)) select x[b, c, h, w]];
    }

    /// <summary>Two batches, the second of which meets rows that the first has left.</summary>
    [Fact]
    public void A_contrast_remembers_rows_and_is_as_loops_say()
    {
        LayerInput input = Embeddings("crd");
        double[][] students = Numbers(Buffer(input, "students")), teachers = Numbers(Buffer(input, "teachers"));
        double[]? sizes = null;
        for (int step = 0; step < 2; step++)
        {
            int[] rows = step == 0 ? [4, 0, 6] : [6, 2, 4];
            LayerInput now = input with { Student = [input.Student[0].Times(step + 1)], Rows = rows, At = new StepPosition(step, 2, 0, 1), Seed = 11 };
            double[] found = Values("crd", now);
            double[][] u = [.. Numbers(now.Student[0]).Select(x => Unit(Mapped("student", x)))], v = [.. Numbers(now.Teacher[0]).Select(x => Unit(Mapped("teacher", x)))];
            double[][] one = [.. u.Select((x, i) => Scores(x, teachers, i))], other = [.. v.Select((x, i) => Scores(x, students, i))];
            sizes ??= [one.Average(x => x.Average()) * Rows, other.Average(x => x.Average()) * Rows];
            for (int b = 0; b < 3; b++)
                Assert.Equal(Odds(one[b], sizes[0]) + Odds(other[b], sizes[1]), found[b], 1e-8);
            for (int b = 0; b < 3; b++)
                (students[rows[b]], teachers[rows[b]]) = (Unit([.. students[rows[b]].Zip(u[b], (old, x) => (0.25 * old) + (0.75 * x))]), Unit([.. teachers[rows[b]].Zip(v[b], (old, x) => (0.25 * old) + (0.75 * x))]));
            for (int row = 0; row < Rows; row++)
                Assert.All(Enumerable.Range(0, Memory), w => Assert.Equal(students[row][w], Buffer(input, "students")[row, w].item<double>(), 1e-9));
            Assert.All(Enumerable.Range(0, 2), i => Assert.Equal(sizes[i], Buffer(input, "sizes")[i].item<double>(), 1e-9));

            double[] Scores(double[] x, double[][] memory, int b) =>
                [.. Enumerable.Range(0, Negatives).Select(k => CounterRandom.Below(Rows - 1, 11, RandomStream.Negatives, step, (b * Negatives) + k)).Select(r => r < rows[b] ? r : r + 1).Prepend(rows[b]).Select(r => Math.Exp(Dot(x, memory[r]) / 0.3))];
        }

        double Odds(double[] scores, double size)
        {
            double noise = (double)Negatives / Rows;
            double[] h = [.. scores.Select(x => x / size)];
            return -Math.Log(h[0] / (h[0] + noise + 1e-7)) - h.Skip(1).Sum(x => Math.Log(noise / (x + noise + 1e-7)));
        }

        double[] Mapped(string side, double[] x) => [.. Numbers(Weight(input, $"{side}.weight")).Zip(Weight(input, $"{side}.bias").data<double>().ToArray(), (r, bias) => Dot(r, x) + bias)];
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Gradients_of_the_student_and_of_the_networks_equal_differences(string loss)
    {
        LayerInput input = Input(loss);
        (string Name, Tensor Value)[] changed = [("student", input.Student[0].requires_grad_(true)), .. input.Adapter!.named_parameters().Select(p => (p.name, (Tensor)p.parameter))];
        // The first batch sets the size of scores, which is a constant from then on.
        Values(loss, input);
        var memory = input.Adapter.named_buffers().ToDictionary(b => b.name, b => b.buffer.clone());
        Mean().backward();
        using var off = no_grad();
        foreach ((string name, Tensor value) in changed)
        {
            // The paraphraser stands still.
            if (value.grad is null && loss == "factor-transfer" && !name.Contains("translator", StringComparison.Ordinal))
                continue;
            Tensor gradient = value.grad!.flatten(), flat = value.view(-1);
            for (long at = 0; at < flat.shape[0]; at += 5)
            {
                double here = flat[at].item<double>();
                flat[at] = tensor(here + 1e-5);
                double up = Mean().item<double>();
                flat[at] = tensor(here - 1e-5);
                double down = Mean().item<double>();
                flat[at] = tensor(here);
                Assert.True(Math.Abs(((up - down) / 2e-5) - gradient[at].item<double>()) < 1e-6, $"{name}[{at}]: {(up - down) / 2e-5} against {gradient[at].item<double>()}");
            }

            Assert.True(gradient.abs().sum().item<double>() > 0, name);
        }

        Tensor Mean()
        {
            using (no_grad())
            {
                foreach ((string name, Tensor buffer) in input.Adapter!.named_buffers())
                    buffer.copy_(memory[name]);
            }

            return Of(loss).Evaluate(input).mean();
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_batch_of_one_and_states_of_zero_make_no_nan(string loss)
    {
        LayerInput input = Input(loss);
        LayerInput one = input with { Student = [.. input.Student.Select(s => zeros_like(s).narrow(0, 0, 1).requires_grad_(true))], Teacher = [.. input.Teacher.Select(t => t.narrow(0, 0, 1))], Real = input.Real.narrow(0, 0, 1), Rows = [3] };
        Tensor value = Of(loss).Evaluate(one);
        value.sum().backward();
        Assert.Equal([1L], value.shape);
        Assert.True(double.IsFinite(value.item<double>()));
        Assert.All(one.Student, s => Assert.True(s.grad!.isfinite().all().item<bool>()));
        Assert.All(one.Adapter!.named_parameters(), p => Assert.True(p.parameter.grad is null || p.parameter.grad.isfinite().all().item<bool>(), p.name));
    }

    /// <summary>Each teacher has networks of its own, and each instance its teachers' weights.</summary>
    [Theory]
    [MemberData(nameof(Losses))]
    public void Several_teachers_are_mixed_by_the_instances_weights(string loss)
    {
        LayerInput input = Input(loss);
        OutputFamily family = RecipeTableLosses.Find(loss)!.Compares;
        string[] names = family == OutputFamily.Embedding ? [OutputNames.Embedding] : [.. Enumerable.Range(1, 2).Select(i => family == OutputFamily.Map ? OutputNames.Map(i) : OutputNames.Hidden(i))];
        OutputShape[] own = [.. input.Student.Select((s, i) => Shape(family, s, i))], theirs = [.. input.Teacher.Select((t, i) => Shape(family, t, i))];
        TeacherDescription teacher = new("t", "k", 1, [], "", "", 0, [.. names.Select((n, i) => new TeacherOutput("", n, ElementType.Float32, theirs[i], 0, ""))], double.NaN);
        TermSpec term = new() { Loss = loss, Projection = "linear", Negatives = Negatives, Width = Memory, Layers = family == OutputFamily.Embedding ? null : [new LayerPair(1, 1), new LayerPair(2, 2)] };
        ObjectiveSetup setup = new([teacher, teacher], [.. names.Select((n, i) => (n, own[i]))], 1, CPU) { Rows = Rows };
        Dictionary<string, Tensor> said = names.Select((n, i) => (n, input.Student[i].to(ScalarType.Float32))).ToDictionary(x => x.n, x => family == OutputFamily.Map ? x.Item2.transpose(1, 2).reshape([x.Item2.shape[0], .. own[Array.IndexOf(names, x.n)].Dimensions.Select(d => (long)d)]) : x.Item2);
        OutputRows[] answers = [.. from k in Enumerable.Range(0, 2) from i in Enumerable.Range(0, names.Length) select new OutputRows(k, names[i], theirs[i], Lengths, [.. Enumerable.Range(0, Lengths.Length).Select(b => Row(family, input.Teacher[i][b].to(ScalarType.Float32).Times(k + 1), Lengths[b]))])];
        Tensor weights = tensor(new[,] { { .2f, .8f }, { 1, 0 }, { .5f, .5f } });

        using TermObjective objective = new([term], setup);
        using LayerTerm alone = new(term, TermRegistry.LayerLoss(term)!, setup);
        Tensor each = alone.Evaluate(new TermInput(zeros(3, 2), zeros(3, 2), null, default) { Layers = Layers(), Rows = [4, 0, 6], Seed = 5 });
        double mixed = objective.Evaluate(new ObjectiveInput(zeros(3, 2), zeros(3, dtype: ScalarType.Int64), zeros(2, 3, 2), weights) { Layers = Layers(), Rows = [4, 0, 6], Seed = 5 }).Read().Loss;
        Assert.Equal([2L, 3L], each.shape);
        Assert.Equal(each.mul(weights.t()).sum(dim: 0).mean().item<float>(), mixed, 1e-5);
        Assert.NotEqual(each[0, 2].item<float>(), each[1, 2].item<float>(), 1e-4);
        Assert.Equal(objective.Adapters.Select(a => a.Name).Distinct().Count(), objective.Adapters.Count);
        Assert.All(["teacher-1", "teacher-2"], t => Assert.Contains(objective.Adapters, a => a.Name.StartsWith($"{loss}.{t}.", StringComparison.Ordinal)));
        Assert.Equal(loss == "crd" ? 6 : 0, objective.Memory.Count);

        LayerValues Layers() => new(said, answers, input.Real.to(ScalarType.Float32));
    }

    private bool Makes(ILayerLoss loss)
    {
        OutputShape map = new(2, 4, 4);
        return loss.Adapter(new AdapterSetup([(map, map), (map, map)], 2)) is { } made && Kept(made) is not null;
    }

    protected override void Leave() => _made.ForEach(m => m.Dispose());

    private static OutputShape Shape(OutputFamily family, Tensor states, int layer) => family switch
    {
        OutputFamily.Embedding => new OutputShape((int)states.shape[1]),
        OutputFamily.Map => new OutputShape((int)states.shape[2], layer == 0 ? 6 : 3, layer == 0 ? 6 : 3),
        _ => new OutputShape(OutputShape.Length, (int)states.shape[2]),
    };

    private static ReadOnlyMemory<float> Row(OutputFamily family, Tensor said, int length) =>
        (family == OutputFamily.Map ? said.t().contiguous() : family == OutputFamily.Hidden ? said.narrow(0, 0, length).contiguous() : said).data<float>().ToArray();

    private static ILayerLoss Of(string loss) => TermRegistry.LayerLoss(new TermSpec { Loss = loss, Negatives = Negatives, Width = Memory, Momentum = 0.25, Temperature = 0.3, Rate = 0.5, Warmup = 0.2 })!;

    private static double[] Values(string loss, LayerInput input) => Of(loss).Evaluate(input).data<double>().ToArray();

    private LayerInput Input(string loss) => RecipeTableLosses.Find(loss)!.Compares switch
    {
        OutputFamily.Hidden => Tokens(5),
        OutputFamily.Map => Maps(loss),
        _ => Embeddings(loss),
    };

    private LayerInput Tokens(int padded)
    {
        Tensor real = zeros(Lengths.Length, padded, dtype: ScalarType.Float64);
        for (int b = 0; b < Lengths.Length; b++)
            real[b, ..Lengths[b]] = tensor(1.0);
        Tensor wide = real.unsqueeze(-1);
        // The student's padding holds something.
        LayerInput input = new([.. Enumerable.Range(1, 2).Select(i => Padded(i, Width).mul(wide).add(wide.sub(ones_like(wide))))], [.. Enumerable.Range(3, 2).Select(i => Padded(i, TeacherWidth).mul(wide))], real);
        return input with { Adapter = Adapter("vid", [.. input.Student.Zip(input.Teacher, (s, t) => (Shape(OutputFamily.Hidden, s, 0), Shape(OutputFamily.Hidden, t, 0)))]) };

        Tensor Padded(int seed, int width) => cat([Drawn(seed, Lengths.Length, 5, width), zeros(Lengths.Length, padded - 5, width, dtype: ScalarType.Float64)], 1);
    }

    // Two layers, 6×6 and 3×3.
    private LayerInput Maps(string loss)
    {
        LayerInput input = new([Drawn(1, Lengths.Length, 36, Width), Drawn(2, Lengths.Length, 9, Width + 1)], [Drawn(3, Lengths.Length, 36, TeacherWidth), Drawn(4, Lengths.Length, 9, TeacherWidth + 1)], ones(Lengths.Length, 1, dtype: ScalarType.Float64));
        return input with { Adapter = Adapter(loss, [.. input.Student.Select((s, i) => (Shape(OutputFamily.Map, s, i), Shape(OutputFamily.Map, input.Teacher[i], i)))]) };
    }

    private LayerInput Embeddings(string loss)
    {
        LayerInput input = new([Drawn(1, Lengths.Length, Of(loss).Widths == LayerWidths.Same ? TeacherWidth : Width)], [Drawn(2, Lengths.Length, TeacherWidth)], ones(Lengths.Length, 1, dtype: ScalarType.Float64));
        return input with { Rows = [4, 0, 6], Adapter = Adapter(loss, [(Shape(OutputFamily.Embedding, input.Student[0], 0), Shape(OutputFamily.Embedding, input.Teacher[0], 0))]) };
    }

    private nn.Module Adapter(string loss, (OutputShape, OutputShape)[] layers) =>
        Kept(TorchRuntime.WithSeed(7, () => Of(loss).Adapter(new AdapterSetup(layers, Rows))!).to(ScalarType.Float64));

    private nn.Module Kept(nn.Module module)
    {
        _made.Add(module);
        return module;
    }

    private static Tensor Drawn(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return tensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (random.NextDouble() * 2) - 1).ToArray(), shape);
    }

    private static Tensor Weight(LayerInput input, string name) => input.Adapter!.named_parameters().Single(p => p.name == name).parameter.detach();

    private static Tensor Buffer(LayerInput input, string name) => input.Adapter!.named_buffers().Single(b => b.name == name).buffer;

    private static double[][] Numbers(Tensor rows) => [.. Enumerable.Range(0, (int)rows.shape[0]).Select(i => rows[i].data<double>().ToArray())];

    private static double[,,,] Image(Tensor pixels, int side)
    {
        var image = new double[pixels.shape[0], pixels.shape[2], side, side];
        for (int b = 0; b < pixels.shape[0]; b++)
            for (int c = 0; c < pixels.shape[2]; c++)
                for (int p = 0; p < side * side; p++)
                    image[b, c, p / side, p % side] = pixels[b, p, c].item<double>();
        return image;
    }

    private static double Density(LayerInput input, int layer, Tensor student, Tensor teacher)
    {
        double[] states = student.data<double>().ToArray(), target = teacher.data<double>().ToArray(), scale = Weight(input, $"{layer}.scale").data<double>().ToArray();
        for (int map = 1; map <= 3; map++)
        {
            double[] bias = Weight(input, $"{layer}.map{map}.bias").data<double>().ToArray(), before = map == 1 ? states : [.. states.Select(x => Math.Max(0, x))];
            states = [.. Numbers(Weight(input, $"{layer}.map{map}.weight")).Select((r, i) => Dot(r, before) + bias[i])];
        }

        return Enumerable.Range(0, target.Length).Average(w =>
        {
            double variance = Math.Log(1 + Math.Exp(scale[w])) + 1e-5;
            return 0.5 * ((Square(states[w] - target[w]) / variance) + Math.Log(variance));
        });
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Unit(double[] a) => [.. a.Select(x => x / Math.Sqrt(Dot(a, a)))];

    private static double Square(double x) => x * x;
}
