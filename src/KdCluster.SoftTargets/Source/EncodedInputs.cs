namespace KdCluster.SoftTargets.Source;

/// <summary>The training rows as one tokenizer encodes them. Teachers with the same tokenizer share one, and so its fingerprints.</summary>
/// <param name="tokens">Unpadded ids of each row, in the training data's order.</param>
internal sealed class EncodedInputs(IReadOnlyList<int[]> tokens)
{
    private readonly Lazy<InstanceFingerprint[]> _keys = new(() => Fingerprints.Instances(tokens));
    private int[]? _first;

    /// <summary>Unpadded ids of each row.</summary>
    public IReadOnlyList<int[]> Tokens => tokens;

    /// <summary>Fingerprint of each row; computed once, on all cores, when first asked for.</summary>
    public IReadOnlyList<InstanceFingerprint> Keys => _keys.Value;

    /// <summary>For each row the first row with the same input: soft targets are asked for by that one only.</summary>
    public int[] First => LazyInitializer.EnsureInitialized(ref _first, () =>
    {
        var seen = new Dictionary<InstanceFingerprint, int>(tokens.Count);
        int[] first = new int[tokens.Count];
        for (int row = 0; row < first.Length; row++)
            first[row] = seen.TryAdd(_keys.Value[row], row) ? row : seen[_keys.Value[row]];
        return first;
    });
}
