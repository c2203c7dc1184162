using KdCluster.Learning.Objectives.Terms;
using KdCluster.Recipes;

namespace KdCluster.Learning.Objectives;

/// <summary>The losses by name.</summary>
public static class TermRegistry
{
    private static readonly Dictionary<string, Func<TermSpec, IObjectiveTerm>> Known = new(StringComparer.Ordinal)
    {
        ["cross-entropy"] = t => new CrossEntropyTerm(t.Smoothing ?? 0),
        ["confidence-penalty"] = _ => new ConfidencePenaltyTerm(),
        ["kd"] = t => new DivergenceTerm(t.Temperature ?? 1),
        ["reverse-kl"] = t => new ReverseDivergenceTerm(t.Temperature ?? 1),
        ["soft-cross-entropy"] = t => new SoftCrossEntropyTerm(t.Temperature ?? 1, t.StudentTemperature ?? 1),
        ["mse"] = t => new SquaredErrorTerm(t.Temperature ?? 1, t.TargetScale ?? 1),
        ["l1"] = _ => new AbsoluteErrorTerm(),
        ["standardised-kd"] = t => new StandardisedDivergenceTerm(t.Temperature ?? 1),
        ["beta-smoothing"] = t => new BetaSmoothingTerm(t.Shape ?? 1),
        ["dist"] = t => new CorrelationTerm(t.Temperature ?? 1, t.Inter ?? 1, t.Intra ?? 1),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Makes a term.</summary>
    /// <exception cref="KdException"><c>KD1221</c>: there is no such loss.</exception>
    public static IObjectiveTerm Create(TermSpec term)
    {
        ArgumentNullException.ThrowIfNull(term);
        return Known.TryGetValue(term.Loss, out var make)
            ? make(term)
            : throw new KdException("KD1221", $"there is no loss '{term.Loss}'.", "objective.terms", $"Use one of: {string.Join(", ", Names)}.");
    }
}
