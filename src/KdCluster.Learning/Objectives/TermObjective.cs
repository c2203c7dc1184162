using KdCluster.Learning.Schedules;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives;

/// <summary>
/// L = Σ_t weight_t·mean_b loss_t(b): the terms that a recipe lists. The mean of a term that needs labels is over the rows b that have one; where none has, the batch is without that term. A term that takes each teacher's own answers gives its losses [teachers, batch], which are mixed
/// by the weights of the instance; the others see the teachers mixed already.
/// </summary>
internal sealed class TermObjective : IObjective, IDisposable
{
    public const string ObjectiveName = "terms";

    private readonly (string Name, ScheduleSpec Weight, IObjectiveTerm Term, bool Shifts)[] _terms;

    /// <param name="terms">At least one, with their options filled in.</param>
    /// <param name="setup">What losses on layers must know; null: there are none.</param>
    /// <exception cref="KdException"><c>KD1221</c>: there is no such loss; <c>KD1305</c>, <c>KD1227</c>: student and teachers do not fit one.</exception>
    public TermObjective(IReadOnlyList<TermSpec> terms, ObjectiveSetup? setup = null)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        _terms = [.. terms.Select(t => (Named(t.Loss), t.Weight, TermRegistry.Create(t, setup), t.ProbabilityShift == true))];
        StudentOutputs = [.. Layered.SelectMany(t => t.Term.StudentOutputs).Distinct()];
        Memory = [.. Layered.SelectMany(t => t.Term.Memory, (t, m) => ($"{t.Name}.{m.Name}", m.Value))];
        Adapters = [.. Layered.SelectMany(t => t.Term.Weights, (t, p) => ($"{t.Name}.{p.Name}", p.Weight))];

        // The second of a kind is told apart in the metrics.
        string Named(string loss) => (names[loss] = names.GetValueOrDefault(loss) + 1) is > 1 and { } n ? FormattableString.Invariant($"{loss}-{n}") : loss;
    }

    public string Name => ObjectiveName;

    public bool NeedsTeachers => _terms.Any(t => t.Term.Mix != TeacherMix.None);

    public IReadOnlyCollection<string> StudentOutputs { get; }

    public IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Weight)> Adapters { get; }

    /// <summary>The terms that listen to critics.</summary>
    public IEnumerable<(string Name, LayerTerm Term)> Adversaries => Layered.Where(t => t.Term.Adversary is not null);

    public IReadOnlyList<(string Name, Tensor Value)> Memory { get; }

    private IEnumerable<(string Name, LayerTerm Term)> Layered => _terms.Where(t => t.Term is LayerTerm).Select(t => (t.Name, (LayerTerm)t.Term));

    public Tensor? Cosines(LayerValues layers) => Layered.FirstOrDefault(t => t.Term.MatchesEmbedding).Term?.Cosines(layers);

    public void Dispose()
    {
        foreach ((_, LayerTerm term) in Layered)
            term.Dispose();
    }

    public ObjectiveValue Evaluate(ObjectiveInput input)
    {
        var labels = input.Scores?.unsqueeze(-1) ?? one_hot(input.Labels, input.Logits.shape[1]).to(ScalarType.Float32);
        var losses = new (string Name, double Weight, Tensor? Loss)[_terms.Length];
        Tensor? sum = null;
        for (int i = 0; i < _terms.Length; i++)
        {
            var (name, schedule, term, shifts) = _terms[i];
            double weight = Schedule.ValueAt(schedule, input.At);
            bool silent = weight == 0 || (term.NeedsLabels && input.Labelled is { Count: 0 });
            var loss = silent ? null : Mean(term, input, new TermInput(input.Logits, labels, Mixed(term, shifts, input), input.At) { Seed = input.Seed, Layers = input.Layers, Rows = input.Rows });
            losses[i] = (name, weight, loss);
            if (loss is not null)
                sum = sum is null ? loss.Times(weight) : sum.Plus(loss.Times(weight));
        }

        // With all weights 0 the gradient is 0, and there is one.
        return new ObjectiveValue(sum ?? input.Logits.sum().Times(0), () => Read(losses));
    }

    // What needs labels does not see the other rows.
    private static Tensor Mean(IObjectiveTerm term, ObjectiveInput input, TermInput all)
    {
        var (seen, weights) = (all, input.Weights);
        if (term.NeedsLabels && input.Labelled is { } labelled)
        {
            Tensor rows = tensor([.. labelled.Select(r => (long)r)], device: input.Logits.device);
            seen = all with { Student = all.Student.index_select(0, rows), Labels = all.Labels.index_select(0, rows), Teacher = all.Teacher?.index_select(-2, rows) };
            weights = weights?.index_select(0, rows);
        }

        var losses = term.Evaluate(seen);
        Tensor each = losses.dim() == 2 ? losses.mul(weights!.t()).sum(dim: 0) : losses;
        return input.Shares is { } shares ? each.mul(shares).sum() : each.mean();
    }

    private static Tensor? Mixed(IObjectiveTerm term, bool shifts, ObjectiveInput input)
    {
        if (term.Mix == TeacherMix.None)
            return null;
        if (term is LayerTerm)
            return input.TeacherLogits;
        if (input.TeacherLogits is not { } logits || input.Weights is not { } weights)
            throw new ArgumentException("a term compares with teachers, and there are none", nameof(input));
        using var off = no_grad();
        if (shifts)
            logits = ProbabilityShift.Of(logits, input.Labels, input.Labelled);
        return term.Mix switch
        {
            TeacherMix.Probabilities => DistillationObjective.Mix(logits, weights, term.Temperature),
            TeacherMix.Values => logits.mul(weights.t().unsqueeze(-1)).sum(dim: 0),
            _ => logits,
        };
    }

    private static ObjectiveParts Read((string Name, double Weight, Tensor? Loss)[] losses)
    {
        // Not a number where it was not looked at for want of labels; with a weight of 0 it is not looked at either, and counts nothing.
        TermValue[] values = [.. losses.Select(l => new TermValue(l.Name, l.Weight, l.Loss?.item<float>() ?? (l.Weight == 0 ? 0 : double.NaN)))];
        return new ObjectiveParts(values.Zip(losses).Where(v => v.Second.Loss is not null).Sum(v => v.First.Weight * v.First.Value), Of("cross-entropy"), Of("kd")) { Terms = values };

        double Of(string name) => Array.Find(values, v => v.Name == name && v.Weight > 0)?.Value ?? double.NaN;
    }
}
