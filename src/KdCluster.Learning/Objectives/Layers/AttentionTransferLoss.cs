using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over the pixels of (a_s − a_t)², a the mean over the channels of F² at each pixel, all pixels together at length 1: Zagoruyko and Komodakis, arXiv 1612.03928, as in torchdistill's <c>ATLoss</c>, mode <c>code</c> [V].</summary>
internal sealed class AttentionTransferLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => Strength(s).sub(Strength(t)).Squared().mean([-1L]));

    private static Tensor Strength(Tensor pixels) => LayerMath.Unit(pixels.Squared().mean([-1L]));
}
