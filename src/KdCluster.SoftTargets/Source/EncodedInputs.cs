using KdCluster.Instances;

namespace KdCluster.SoftTargets.Source;

/// <summary>The training rows as one kind of model gets them. Teachers whose inputs are made in the same way share one, and so its fingerprints.</summary>
/// <param name="views">Each row, in the training data's order.</param>
internal sealed class EncodedInputs(IReadOnlyList<InstanceView> views)
{
    private readonly Lazy<InstanceFingerprint[]> _keys = new(() => Fingerprints.Instances(views));
    private int[]? _first;

    /// <summary>Each row, model-ready.</summary>
    public IReadOnlyList<InstanceView> Views => views;

    /// <summary>Fingerprint of each row; computed once, on all cores, when first asked for.</summary>
    public IReadOnlyList<InstanceFingerprint> Keys => _keys.Value;

    /// <summary>For each row the first row with the same input: soft targets are asked for by that one only.</summary>
    public int[] First => LazyInitializer.EnsureInitialized(ref _first, () =>
    {
        var seen = new Dictionary<InstanceFingerprint, int>(views.Count);
        int[] first = new int[views.Count];
        for (int row = 0; row < first.Length; row++)
            first[row] = seen.TryAdd(_keys.Value[row], row) ? row : seen[_keys.Value[row]];
        return first;
    });
}
