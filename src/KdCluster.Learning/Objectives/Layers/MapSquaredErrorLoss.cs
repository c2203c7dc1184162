using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over an image's pixels and the channels of (P·s − t)²: the hint of FitNets (arXiv 1412.6550) on feature maps, P a convolution of 1×1.</summary>
internal sealed class MapSquaredErrorLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => s.sub(t).Squared().mean([1L, 2L]));
}
