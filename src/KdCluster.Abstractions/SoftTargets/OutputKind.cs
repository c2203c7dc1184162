namespace KdCluster.SoftTargets;

/// <summary>What a teacher says of an instance.</summary>
public enum OutputKind : byte
{
    /// <summary>Raw scores per class, before temperature.</summary>
    Logits = 1,

    /// <summary>The pooled hidden state before the classifier.</summary>
    Embedding = 2,
}
