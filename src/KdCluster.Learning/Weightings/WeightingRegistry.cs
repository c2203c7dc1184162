namespace KdCluster.Learning.Weightings;

/// <summary>The weightings by name.</summary>
public static class WeightingRegistry
{
    private static readonly Dictionary<string, Func<WeightingSetup, IWeighting>> Known = new(StringComparer.Ordinal)
    {
        [UniformWeighting.WeightingName] = setup => new UniformWeighting(setup),
        [RandomSingleWeighting.WeightingName] = setup => new RandomSingleWeighting(setup),
        [BestSingleWeighting.WeightingName] = setup => new BestSingleWeighting(setup),
        [ReinforcedWeighting.WeightingName] = setup => new ReinforcedWeighting(setup),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Makes a weighting; its <see cref="IWeighting.NeedsEmbedding"/> is known before anything is fetched.</summary>
    /// <exception cref="KdException"><c>KD1222</c>: there is none of that name.</exception>
    public static IWeighting Create(WeightingSetup setup) => Known.TryGetValue(setup.Weighting.Kind, out var make)
        ? make(setup)
        : throw new KdException("KD1222", $"there is no weighting '{setup.Weighting.Kind}'.", "weighting.kind", $"Use one of: {string.Join(", ", Names)}.");
}
