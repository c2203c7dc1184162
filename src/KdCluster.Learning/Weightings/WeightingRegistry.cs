namespace KdCluster.Learning.Weightings;

/// <summary>The weightings by name.</summary>
public static class WeightingRegistry
{
    private static readonly Dictionary<string, (bool NeedsEmbedding, Func<WeightingSetup, IWeighting> Make)> Known = new(StringComparer.Ordinal)
    {
        [UniformWeighting.WeightingName] = (false, setup => new UniformWeighting(setup)),
        [RandomSingleWeighting.WeightingName] = (false, setup => new RandomSingleWeighting(setup)),
        [BestSingleWeighting.WeightingName] = (false, setup => new BestSingleWeighting(setup)),
        [ReinforcedWeighting.WeightingName] = (true, setup => new ReinforcedWeighting(setup)),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Whether a weighting sees the instance embedding, and must be fetched.</summary>
    /// <exception cref="KdException"><c>KD1222</c>: there is no such name.</exception>
    public static bool NeedsEmbedding(string kind) => Find(kind).NeedsEmbedding;

    /// <summary>Makes a weighting.</summary>
    /// <exception cref="KdException"><c>KD1222</c>: there is no such name, or one of its options is unknown.</exception>
    public static IWeighting Create(WeightingSetup setup) => Find(setup.Weighting.Kind).Make(setup);

    private static (bool NeedsEmbedding, Func<WeightingSetup, IWeighting> Make) Find(string kind) => Known.TryGetValue(kind, out var entry)
        ? entry
        : throw new KdException("KD1222", $"there is no weighting '{kind}'.", "weighting.kind", $"Use one of: {string.Join(", ", Names)}.");
}
