using KdCluster.Learning.Objectives.Layers;
using KdCluster.Learning.Torch;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives;

/// <summary>A term on what layers say: each teacher's layers beside the student's that they are matched with, through projections and networks of the loss that are trained with the student and are no part of it.</summary>
internal sealed class LayerTerm : IObjectiveTerm, IDisposable
{
    private readonly ILayerLoss _loss;
    private readonly IReadOnlyList<(string Student, string Teacher)>[] _pairs;
    private readonly Linear?[][] _projections;
    private readonly Module?[] _adapters;
    private readonly bool _maps;
    private readonly string? _heads;
    private readonly string? _projection;

    /// <exception cref="KdException"><c>KD1305</c>, <c>KD1227</c>: student and teachers do not fit.</exception>
    public LayerTerm(TermSpec term, ILayerLoss loss, ObjectiveSetup setup)
    {
        MatchesEmbedding = StudentGap.IsMatch(term);
        (_loss, _maps, _heads, _projection) = (loss, RecipeTableLosses.Find(term.Loss)!.Compares == OutputFamily.Map, term.Heads, term.Projection);
        _pairs = [.. setup.Teachers.Select(t => LayerMatch.Of(term, setup.Student, t, setup.Rows))];
        bool projects = loss.Widths == LayerWidths.Same && term.Projection is not (null or "none");
        (_projections, _adapters) = TorchRuntime.WithSeed(setup.Seed, () =>
        {
            Linear?[][] projections = [.. setup.Teachers.Select((t, k) => _pairs[k].Select(p => projects ? Linear(AdapterSetup.Channels(Own(p.Student)), AdapterSetup.Channels(Theirs(t, p)), hasBias: false) : null).ToArray())];
            return (projections, setup.Teachers.Select((t, k) => loss.Adapter(new AdapterSetup([.. _pairs[k].Select(p => (Own(p.Student), Theirs(t, p)))], setup.Rows))).ToArray());
        });
        foreach (Module? module in Modules)
            module?.to(setup.Device);
        Adversary?.Begin([.. setup.Teachers.Select((t, k) => _pairs[k].Select(p => AdapterSetup.Channels(Theirs(t, p))).ToArray())], setup);

        OutputShape Own(string output) => setup.Student.First(o => o.Name == output).Shape;

        // Of as many classes as the student's, whoever the teacher is.
        OutputShape Theirs(TeacherDescription teacher, (string Student, string Teacher) pair) => pair.Teacher == OutputNames.Logits ? Own(pair.Student) : teacher.Output(pair.Teacher).Shape;
    }

    public TeacherMix Mix => TeacherMix.Separate;

    /// <summary>The loss, where it is what critics say; else null.</summary>
    public AdversaryLoss? Adversary => _loss as AdversaryLoss;

    /// <summary>The student's outputs that it looks at.</summary>
    public IEnumerable<string> StudentOutputs => _pairs.SelectMany(p => p).Select(p => p.Student).Distinct();

    /// <summary>The weights of its projections, and of the loss's own networks.</summary>
    public IEnumerable<(string Name, Parameter Weight)> Weights =>
        (from k in Enumerable.Range(0, _projections.Length)
         from i in Enumerable.Range(0, _projections[k].Length)
         where _projections[k][i] is not null
         select (FormattableString.Invariant($"teacher-{k + 1}.{_pairs[k][i].Student}{Beside(k, i)}"), (Parameter)_projections[k][i]!.weight!))
        .Concat(_adapters.SelectMany((a, k) => a?.named_parameters().Select(p => (FormattableString.Invariant($"teacher-{k + 1}.{p.name}"), p.parameter)) ?? []));

    /// <summary>What the loss remembers from batch to batch.</summary>
    public IEnumerable<(string Name, Tensor Value)> Memory => _adapters.SelectMany((a, k) => a?.named_buffers().Select(b => (FormattableString.Invariant($"teacher-{k + 1}.{b.name}"), b.buffer)) ?? []);

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
        // A copy begins where libtorch's own tensors do, as that of LayerValues.
        return Enumerable.Range(0, _pairs.Length).Select(k => new LayerInput(
            [.. _pairs[k].Select((p, i) => Projected(Formed(layers.Student(p.Student)), _projections[k][i]))],
            [.. _pairs[k].Select(p => Formed(p.Teacher == OutputNames.Logits ? input.Teacher![k].clone() : layers.Teacher(k, p.Teacher)))],
            layers.Real)
        {
            Number = k,
            Adapter = _adapters[k],
            Rows = input.Rows,
            At = input.At,
            Seed = input.Seed,
        });
    }

    public void Dispose()
    {
        foreach (Module? module in Modules)
            module?.Dispose();
        Adversary?.Dispose();
    }

    private IEnumerable<Module?> Modules => _projections.SelectMany(p => p).Concat(_adapters);

    // One of the student's layers may be compared with several of the teacher's.
    private string Beside(int teacher, int pair) => _pairs[teacher].Count(p => p.Student == _pairs[teacher][pair].Student) > 1 ? $".{_pairs[teacher][pair].Teacher}" : "";

    private Tensor Projected(Tensor output, Linear? projection) => projection is null ? output : _projection switch
    {
        "relu" => functional.relu(projection.call(output)),
        "tanh" => projection.call(output).tanh(),
        _ => projection.call(output),
    };

    // The pixels of maps are their tokens; the heads of attention are left as they are, averaged or added up.
    private Tensor Formed(Tensor output) => _maps ? output.flatten(2).transpose(1, 2) : _heads switch
    {
        "mean" => output.mean([1L], keepdim: true),
        "sum" => output.sum(1, keepdim: true),
        _ => output,
    };
}
