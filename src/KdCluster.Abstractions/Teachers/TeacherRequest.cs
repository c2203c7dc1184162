using KdCluster.SoftTargets;

namespace KdCluster.Teachers;

/// <summary>Inputs for a teacher, model-ready.</summary>
public sealed class TeacherRequest
{
    /// <summary>Hash of the tokenizer that made the ids.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Identity of the store that was already asked for these rows; the teacher's silo looks into its own only when that is another one. Empty: none was asked.</summary>
    public required string StoreAsked { get; init; }

    /// <summary>Names of the wanted outputs, each at most once.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Token ids of each instance, unpadded.</summary>
    public required IReadOnlyList<int[]> Inputs { get; init; }

    /// <summary>Fingerprint of each instance.</summary>
    public required IReadOnlyList<InstanceFingerprint> Keys { get; init; }
}
