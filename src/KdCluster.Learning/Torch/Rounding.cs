using static TorchSharp.torch;

namespace KdCluster.Learning.Torch;

/// <summary>Brings a tensor to the element type of another: libtorch multiplies no tensors of different types, and ends the process where it is asked to. In models in single precision nothing is done.</summary>
internal static class Rounding
{
    public static Tensor As(this Tensor tensor, Tensor other) => As(tensor, other.dtype);

    public static Tensor As(this Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to(type);
}
