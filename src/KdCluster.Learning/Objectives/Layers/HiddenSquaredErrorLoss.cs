using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over an instance's tokens and the width of (P·s − t)²: the hint of FitNets (arXiv 1412.6550), TextBrewer's <c>hidden_mse</c> [V], which divides by the tokens of the batch.</summary>
internal sealed class HiddenSquaredErrorLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => input.OverTokens(s.sub(t).Squared().mean([-1L])));
}
