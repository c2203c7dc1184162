namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What an input of a model is filled with.</summary>
internal enum InputPart
{
    /// <summary>Token ids.</summary>
    Ids,

    /// <summary>1 where a token is, 0 where padding is.</summary>
    Mask,

    /// <summary>Token types.</summary>
    Types,

    /// <summary>The image.</summary>
    Pixels,
}
