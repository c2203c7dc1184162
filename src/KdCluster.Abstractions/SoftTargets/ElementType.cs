namespace KdCluster.SoftTargets;

/// <summary>How numbers are kept on the wire and in the store.</summary>
public enum ElementType : byte
{
    /// <summary>IEEE 754 binary32, little-endian.</summary>
    Float32 = 1,

    /// <summary>IEEE 754 binary16, little-endian.</summary>
    Float16 = 2,

    /// <summary>bfloat16 (upper half of binary32, rounded to nearest even), little-endian.</summary>
    BFloat16 = 3,

    /// <summary>The k largest logits as index and value, and the probability mass left out.</summary>
    TopK = 4,
}
