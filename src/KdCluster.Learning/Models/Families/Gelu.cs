using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Models.Families;

/// <summary>The Gaussian error linear unit's approximation.</summary>
internal static class Gelu
{
    /// <summary>½x(1 + tanh(√(2/π)(x + 0.044715x³))): Hendrycks and Gimpel, arXiv 1606.08415, section 2.</summary>
    public static Tensor ByTanh(Tensor x)
    {
        Tensor inner = x.ToThe(3).Times(0.044715).Plus(x).Times(Math.Sqrt(2 / Math.PI));
        return x.Times(0.5).mul(inner.tanh().Plus(1.0));
    }
}
