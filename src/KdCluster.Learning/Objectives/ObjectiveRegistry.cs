using KdCluster.Recipes;

namespace KdCluster.Learning.Objectives;

/// <summary>The objectives by name.</summary>
public static class ObjectiveRegistry
{
    private static readonly Dictionary<string, Func<ObjectiveSpec, ObjectiveSetup?, IObjective>> Known = new(StringComparer.Ordinal)
    {
        [DistillationObjective.ObjectiveName] = (spec, _) => new DistillationObjective(spec),
        [CrossEntropyObjective.ObjectiveName] = (_, _) => new CrossEntropyObjective(),
        [TermObjective.ObjectiveName] = (spec, setup) => new TermObjective(spec.Terms ?? [], setup),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Makes an objective.</summary>
    /// <param name="name">Of the objective.</param>
    /// <param name="spec">Its options.</param>
    /// <param name="setup">What losses on layers must know; null: there are none.</param>
    /// <exception cref="KdException"><c>KD1221</c>: there is no such name; <c>KD1305</c>, <c>KD1227</c>: student and teachers do not fit a loss.</exception>
    public static IObjective Create(string name, ObjectiveSpec spec, ObjectiveSetup? setup = null) => Known.TryGetValue(name, out var make)
        ? make(spec, setup)
        : throw new KdException("KD1221", $"there is no objective '{name}'.", "objective", $"Use one of: {string.Join(", ", Names)}.");
}
