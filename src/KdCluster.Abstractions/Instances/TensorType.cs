namespace KdCluster.Instances;

/// <summary>Element type of an input tensor. The numbers are those on the wire.</summary>
public enum TensorType : byte
{
    /// <summary>Signed 32-bit integers, little-endian.</summary>
    Int32 = 1,

    /// <summary>Unsigned 8-bit integers.</summary>
    UInt8 = 2,

    /// <summary>IEEE single precision, little-endian.</summary>
    Float32 = 3,
}
