using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// 1 − ρ, ρ Pearson's correlation over an image's pixels between the sums of the channels in student and teacher: the spatial relation of DIST+, Huang et al., TPAMI 2025. torchdistill's <c>DISTPlusLoss</c> correlates a pixel over
/// the batch instead [V]. Channels may differ in number.
/// </summary>
internal sealed class SpatialCorrelationLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => LayerMath.Centred(s.sum(-1)).mul(LayerMath.Centred(t.sum(-1))).sum(-1).neg().PlusInPlace(1));
}
