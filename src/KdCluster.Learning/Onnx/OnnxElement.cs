namespace KdCluster.Learning.Onnx;

/// <summary>Element types, by the numbers of onnx.proto.</summary>
internal enum OnnxElement
{
    /// <summary>float32.</summary>
    Float = 1,

    /// <summary>uint8.</summary>
    UInt8 = 2,

    /// <summary>int64.</summary>
    Int64 = 7,

    /// <summary>bool.</summary>
    Bool = 9,
}
