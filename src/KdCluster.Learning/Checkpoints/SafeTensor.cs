using System.Runtime.InteropServices;

namespace KdCluster.Learning.Checkpoints;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name in the state dict.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Data">Its bytes, little-endian and row-major.</param>
public sealed record SafeTensor(string Name, SafeTensorType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>A tensor of single-precision values.</summary>
    public static SafeTensor Of(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values)
        => new(name, SafeTensorType.F32, shape, MemoryMarshal.AsBytes(values).ToArray());
}
