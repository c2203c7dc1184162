using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Compression;

/// <summary>
/// Weights of linear layers as whole numbers of few bits times a scale for each output: w ≈ q·s, q from −(2^(bits−1) − 1) to 2^(bits−1) − 1, s = max|w| / (2^(bits−1) − 1) over the inputs of the output; symmetric, without a
/// zero point, so that 0 stays 0 (Nagel et al., A White Paper on Neural Network Quantization, arXiv 2106.08295, section 2.2). They are kept as float32 of these values.
/// </summary>
internal static class QuantizedWeights
{
    /// <summary>Rounds the weights of all linear layers of a model.</summary>
    /// <param name="model">Changed in place.</param>
    /// <param name="bits">2 to 8.</param>
    public static void Apply(Model model, int bits)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach (Tensor weight in LayerWeights.Of(model, linearOnly: true))
            weight.copy_(Rounded(weight, bits));
    }

    /// <summary>A matrix [outputs, inputs], rounded.</summary>
    public static Tensor Rounded(Tensor weight, int bits)
    {
        double most = (1 << (bits - 1)) - 1;
        // Where all weights of an output are 0, any scale will do.
        Tensor scale = weight.abs().amax([1], keepdim: true).Over(most).AtLeast(float.Epsilon * 1e6);
        return weight.div(scale).round().Between(-most, most).mul(scale);
    }
}
