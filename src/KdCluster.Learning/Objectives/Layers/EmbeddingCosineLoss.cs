using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>1 − cos(P·s, t), s and t the embeddings of an instance.</summary>
internal sealed class EmbeddingCosineLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => LayerMath.Unit(s).mul(LayerMath.Unit(t)).sum(-1).neg().PlusInPlace(1));
}
