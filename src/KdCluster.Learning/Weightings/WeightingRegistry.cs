using KdCluster.Recipes;

namespace KdCluster.Learning.Weightings;

/// <summary>The weightings by name: rules that the trainer computes, and policies, which have a host.</summary>
public static class WeightingRegistry
{
    private static readonly Dictionary<string, Entry> Known = new(StringComparer.Ordinal)
    {
        [UniformWeighting.WeightingName] = Rule(setup => new UniformWeighting(setup)),
        [RandomSingleWeighting.WeightingName] = Rule(setup => new RandomSingleWeighting(setup)),
        [BestSingleWeighting.WeightingName] = Rule(setup => new BestSingleWeighting(setup)),
        [EntropyWeighting.WeightingName] = Rule(setup => new EntropyWeighting(setup)),
        [ConfidenceWeighting.WeightingName] = Rule(setup => new ConfidenceWeighting(setup)),
        [ReinforcedPolicy.WeightingName] = Policy(seesStudent: false, setup => new ReinforcedPolicy(setup)),
        [StudentGap.WeightingName] = Policy(seesStudent: true, setup => new ReinforcedPolicy(setup, new StudentGap(setup.Objective, setup.Teachers, setup.Classes))),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Whether a weighting sees the instance embedding, and must be fetched.</summary>
    /// <exception cref="KdException"><c>KD1222</c>: there is no such name.</exception>
    public static bool NeedsEmbedding(string kind) => Find(kind).NeedsEmbedding;

    /// <summary>Whether a weighting is a policy: it learns, and what it has learned can be kept.</summary>
    /// <exception cref="KdException"><c>KD1222</c>: there is none of that name.</exception>
    public static bool IsPolicy(string kind) => Find(kind).MakePolicy is not null;

    /// <summary>Whether a policy's weights depend on the student at that step, and not on the teachers alone.</summary>
    /// <exception cref="KdException"><c>KD1222</c>: there is none of that name.</exception>
    public static bool SeesStudent(string kind) => Find(kind).SeesStudent;

    /// <summary>What a policy sees of the student, in words: with other words, what it has learned means nothing. Empty: nothing, or it is no policy.</summary>
    public static string StudentInputs(WeightingSpec weighting, ObjectiveSpec objective)
    {
        ArgumentNullException.ThrowIfNull(weighting);
        ArgumentNullException.ThrowIfNull(objective);
        return StudentGap.Seen(weighting.Kind, objective);
    }

    /// <summary>Makes a weighting.</summary>
    /// <param name="setup">What it is made for.</param>
    /// <param name="host">Where its policy is, if it has one; null: in this process.</param>
    /// <param name="learned">What a policy begins with, by array; null: nothing.</param>
    /// <exception cref="KdException"><c>KD1222</c>: there is none of that name, or one of its options is unknown.</exception>
    public static IWeighting Create(WeightingSetup setup, IPolicyHost? host = null, IReadOnlyDictionary<string, double[]>? learned = null)
    {
        Entry entry = Find(setup.Weighting.Kind);
        if (entry.MakeRule is { } make)
            return make(setup);
        entry.Check(setup.Weighting);
        return new PolicyWeighting(setup.Weighting.Kind, entry.NeedsEmbedding, entry.SeesStudent, setup, host ?? new LocalPolicyHost(), learned);
    }

    /// <summary>Makes a policy, for its host.</summary>
    /// <param name="setup">What it is made for.</param>
    /// <param name="state">All of a policy, to go on with; null: it begins.</param>
    /// <param name="learned">What it begins with where <paramref name="state"/> is null: learned arrays of another; null: nothing.</param>
    /// <exception cref="KdException"><c>KD1222</c>: there is no policy of that name, or one of its options is unknown.</exception>
    /// <exception cref="InvalidDataException">The state or what was learned is of another policy.</exception>
    public static IPolicy CreatePolicy(WeightingSetup setup, IReadOnlyDictionary<string, double[]>? state = null, IReadOnlyDictionary<string, double[]>? learned = null)
    {
        Entry entry = Find(setup.Weighting.Kind);
        IPolicy policy = (entry.MakePolicy ?? throw new KdException("KD1222", $"the weighting '{setup.Weighting.Kind}' is no policy.", "weighting.kind", "Use one that learns: reinforced."))(setup);
        if (state is null && learned is not null)
        {
            Dictionary<string, double[]> begun = policy.StateDict();
            foreach (string name in policy.Learned)
                begun[name] = learned.GetValueOrDefault(name) ?? throw new InvalidDataException($"what was learned lacks '{name}'");
            state = begun;
        }

        if (state is not null)
            policy.Load(state);
        return policy;
    }

    private static Entry Find(string kind) => Known.TryGetValue(kind, out var entry)
        ? entry
        : throw new KdException("KD1222", $"there is no weighting '{kind}'.", "weighting.kind", $"Use one of: {string.Join(", ", Names)}.");

    private static Entry Rule(Func<WeightingSetup, IWeighting> make) => new(false, false, _ => { }, make, null);

    private static Entry Policy(bool seesStudent, Func<WeightingSetup, IPolicy> make) => new(true, seesStudent, ReinforcedPolicy.Check, null, make);

    private sealed record Entry(bool NeedsEmbedding, bool SeesStudent, Action<WeightingSpec> Check, Func<WeightingSetup, IWeighting>? MakeRule, Func<WeightingSetup, IPolicy>? MakePolicy);
}
