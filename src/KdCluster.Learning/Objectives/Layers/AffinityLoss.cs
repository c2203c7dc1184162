using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over the pairs of pixels of the squared difference of the cosines between their channels: the pair-wise term of structured distillation, Liu et al., arXiv 1903.04197, equation 3 [V].</summary>
internal sealed class AffinityLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => LayerMath.Cosines(s).sub(LayerMath.Cosines(t)).Squared().mean([1L, 2L]));
}
