using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over the width of (P·s − t)², s and t the embeddings of an instance (FitNets, arXiv 1412.6550).</summary>
internal sealed class EmbeddingSquaredErrorLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => s.sub(t).Squared().mean([-1L]));
}
