using KdCluster.Instances;
using KdCluster.SoftTargets;

namespace KdCluster.Teachers;

/// <summary>Inputs for a teacher, model-ready.</summary>
public sealed class TeacherRequest
{
    /// <summary>Hash of what made the inputs: a tokenizer, or the form of images.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Identity of the store that was already asked for these rows; the teacher's silo looks into its own only when that is another one. Empty: none was asked.</summary>
    public required string StoreAsked { get; init; }

    /// <summary>Names of the wanted outputs, each at most once.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Each instance, as the teacher's model gets it.</summary>
    public required IReadOnlyList<InstanceView> Inputs { get; init; }

    /// <summary>Fingerprint of each instance.</summary>
    public required IReadOnlyList<InstanceFingerprint> Keys { get; init; }
}
