namespace KdCluster.Learning.Checkpoints;

/// <summary>Element types of the safetensors format, under its own names.</summary>
public enum SafeTensorType
{
    /// <summary>Booleans, one byte each.</summary>
    BOOL,

    /// <summary>Unsigned 8-bit integers.</summary>
    U8,

    /// <summary>Signed 8-bit integers.</summary>
    I8,

    /// <summary>8-bit floats, 5 exponent bits.</summary>
    F8_E5M2,

    /// <summary>8-bit floats, 4 exponent bits.</summary>
    F8_E4M3,

    /// <summary>Unsigned 16-bit integers.</summary>
    U16,

    /// <summary>Signed 16-bit integers.</summary>
    I16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of single precision.</summary>
    BF16,

    /// <summary>Unsigned 32-bit integers.</summary>
    U32,

    /// <summary>Signed 32-bit integers.</summary>
    I32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Unsigned 64-bit integers.</summary>
    U64,

    /// <summary>Signed 64-bit integers.</summary>
    I64,

    /// <summary>IEEE double precision.</summary>
    F64,
}
