namespace KdCluster.Learning.Checkpoints;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name in the state dict.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="Length">Bytes.</param>
public sealed record SafeTensorInfo(string Name, SafeTensorType Type, IReadOnlyList<long> Shape, long Begin, long Length)
{
    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(SafeTensorType type) => type switch
    {
        SafeTensorType.BOOL or SafeTensorType.U8 or SafeTensorType.I8 or SafeTensorType.F8_E5M2 or SafeTensorType.F8_E4M3 => 1,
        SafeTensorType.U16 or SafeTensorType.I16 or SafeTensorType.F16 or SafeTensorType.BF16 => 2,
        SafeTensorType.U32 or SafeTensorType.I32 or SafeTensorType.F32 => 4,
        _ => 8,
    };
}
