namespace KdCluster.SoftTargets;

/// <summary>What all teachers say of one batch, decoded; the trainer makes tensors of it.</summary>
public sealed class SoftTargetBatch
{
    /// <summary>Row numbers in the training data, in batch order: [batch].</summary>
    public required int[] Instances { get; init; }

    /// <summary>Raw logits, [teachers, batch, classes] flattened row-major; 0 of a teacher that was not asked for them.</summary>
    public required float[] Logits { get; init; }

    /// <summary>The instance embedding R(x) that the policy sees, [batch, embedding width] flattened; empty when no weighting asked for it.</summary>
    public required float[] Embedding { get; init; }

    /// <summary>The other outputs that were asked for.</summary>
    public IReadOnlyList<OutputRows> Outputs { get; init; } = [];

    /// <summary>Rows × teachers whose numbers came from the store, be it for this batch or an earlier one of the run.</summary>
    public required int StoreHits { get; init; }

    /// <summary>Rows × teachers that a teacher had to compute for this batch.</summary>
    public required int TeacherRows { get; init; }

    /// <summary>The same with other logits.</summary>
    public SoftTargetBatch With(float[] logits) => new() { Instances = Instances, Logits = logits, Embedding = Embedding, Outputs = Outputs, StoreHits = StoreHits, TeacherRows = TeacherRows };
}
