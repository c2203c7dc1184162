namespace KdCluster.Teachers;

/// <summary>What a teacher's products are computed in. The numbers are part of what grains keep.</summary>
public enum Precision
{
    /// <summary>Single precision.</summary>
    F32 = 0,

    /// <summary>bfloat16: the weights and the factors of a product have 8 bits of mantissa, sums have 24. Its soft targets have keys of their own.</summary>
    Bf16 = 1,

    /// <summary>Decided where the teacher is first loaded: bfloat16 where it gains time and changes the answers little, else single precision.</summary>
    Auto = 2,
}
