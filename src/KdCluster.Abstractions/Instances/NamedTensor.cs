namespace KdCluster.Instances;

/// <summary>One input tensor of one instance.</summary>
/// <param name="Layout">Name, element type and sizes, none of which varies; shared by all instances that have the same.</param>
/// <param name="Bytes">The elements, row-major and little-endian.</param>
public readonly record struct NamedTensor(TensorLayout Layout, ReadOnlyMemory<byte> Bytes);
