using KdCluster.Recipes;

namespace KdCluster.Learning.Objectives;

/// <summary>The objectives by name.</summary>
public static class ObjectiveRegistry
{
    private static readonly Dictionary<string, Func<ObjectiveSpec, IObjective>> Known = new(StringComparer.Ordinal)
    {
        [DistillationObjective.ObjectiveName] = spec => new DistillationObjective(spec),
        [CrossEntropyObjective.ObjectiveName] = _ => new CrossEntropyObjective(),
        [TermObjective.ObjectiveName] = spec => new TermObjective(spec.Terms ?? []),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Makes an objective.</summary>
    /// <exception cref="KdException"><c>KD1221</c>: there is no such name.</exception>
    public static IObjective Create(string name, ObjectiveSpec spec) => Known.TryGetValue(name, out var make)
        ? make(spec)
        : throw new KdException("KD1221", $"there is no objective '{name}'.", "objective", $"Use one of: {string.Join(", ", Names)}.");
}
