using KdCluster.Learning.Objectives.Layers;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives;

/// <summary>A term on what layers say: each teacher's layers beside the student's that they are matched with, through projections that are trained with the student and are no part of it.</summary>
internal sealed class LayerTerm : IObjectiveTerm, IDisposable
{
    private readonly ILayerLoss _loss;
    private readonly IReadOnlyList<(string Student, string Teacher)>[] _pairs;
    private readonly Linear?[][] _projections;
    private readonly bool _maps;
    private readonly string? _heads;

    /// <exception cref="KdException"><c>KD1305</c>, <c>KD1227</c>: student and teachers do not fit.</exception>
    public LayerTerm(TermSpec term, ILayerLoss loss, ObjectiveSetup setup)
    {
        MatchesEmbedding = StudentGap.IsMatch(term);
        (_loss, _maps, _heads) = (loss, RecipeTableLosses.Find(term.Loss)!.Compares == OutputFamily.Map, term.Heads);
        _pairs = [.. setup.Teachers.Select(t => LayerMatch.Of(term, setup.Student, t))];
        bool projects = loss.Widths == LayerWidths.Same && term.Projection == "linear";
        _projections = TorchRuntime.WithSeed(setup.Seed, () => setup.Teachers.Select((t, k) =>
            _pairs[k].Select(p => projects ? Linear(Width(setup.Student.First(o => o.Name == p.Student).Shape), Width(t.Output(p.Teacher).Shape), hasBias: false) : null).ToArray()).ToArray());
        foreach (Linear? projection in _projections.SelectMany(p => p))
            projection?.to(setup.Device);
        Adversary?.Begin([.. setup.Teachers.Select((t, k) => _pairs[k].Select(p => Width(p.Teacher == OutputNames.Logits ? setup.Student.First(o => o.Name == p.Student).Shape : t.Output(p.Teacher).Shape)).ToArray())], setup);
    }

    public TeacherMix Mix => TeacherMix.Separate;

    /// <summary>The loss, where it is what critics say; else null.</summary>
    public AdversaryLoss? Adversary => _loss as AdversaryLoss;

    /// <summary>The student's outputs that it looks at.</summary>
    public IEnumerable<string> StudentOutputs => _pairs.SelectMany(p => p).Select(p => p.Student).Distinct();

    /// <summary>The weights of its projections.</summary>
    public IEnumerable<(string Name, Parameter Weight)> Projections =>
        from k in Enumerable.Range(0, _projections.Length)
        from i in Enumerable.Range(0, _projections[k].Length)
        where _projections[k][i] is not null
        select (FormattableString.Invariant($"teacher-{k + 1}.{_pairs[k][i].Student}{Beside(k, i)}"), (Parameter)_projections[k][i]!.weight!);

    /// <summary>Whether it brings the student's embedding to the width of the teacher's.</summary>
    public bool MatchesEmbedding { get; }

    /// <summary>Cosine of the student's projected embedding and each teacher's, without gradient: [batch, teachers].</summary>
    public Tensor Cosines(LayerValues layers)
    {
        using var off = no_grad();
        return stack([.. Enumerable.Range(0, _pairs.Length).Select(k => functional.cosine_similarity(
            Projected(layers.Student(_pairs[k][0].Student), _projections[k][0]), layers.Teacher(k, _pairs[k][0].Teacher), dim: 1))], dim: 1);
    }

    public Tensor Evaluate(TermInput input) => stack([.. Inputs(input).Select(_loss.Evaluate)]);

    /// <summary>What the loss sees, teacher by teacher.</summary>
    public IEnumerable<LayerInput> Inputs(TermInput input)
    {
        LayerValues layers = input.Layers ?? throw new ArgumentException("a term compares layers, and there are none", nameof(input));
        return Enumerable.Range(0, _pairs.Length).Select(k => new LayerInput(
            [.. _pairs[k].Select((p, i) => Projected(Formed(layers.Student(p.Student)), _projections[k][i]))],
            [.. _pairs[k].Select(p => Formed(p.Teacher == OutputNames.Logits ? input.Teacher![k] : layers.Teacher(k, p.Teacher)))],
            layers.Real)
        {
            Number = k,
        });
    }

    public void Dispose()
    {
        foreach (Linear? projection in _projections.SelectMany(p => p))
            projection?.Dispose();
        Adversary?.Dispose();
    }

    // One of the student's layers may be compared with several of the teacher's.
    private string Beside(int teacher, int pair) => _pairs[teacher].Count(p => p.Student == _pairs[teacher][pair].Student) > 1 ? $".{_pairs[teacher][pair].Teacher}" : "";

    private static Tensor Projected(Tensor output, Linear? projection) => projection is null ? output : projection.call(output);

    // Of maps the channels, of all else the last.
    private int Width(OutputShape shape) => shape.Dimensions[_maps ? 0 : ^1];

    // The pixels of maps are their tokens; the heads of attention are left as they are, averaged or added up.
    private Tensor Formed(Tensor output) => _maps ? output.flatten(2).transpose(1, 2) : _heads switch
    {
        "mean" => output.mean([1L], keepdim: true),
        "sum" => output.sum(1, keepdim: true),
        _ => output,
    };
}
