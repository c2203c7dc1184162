using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Σ(G_s − G_t)²/C, G the products between an image's channels over the pixels, each row at length 1, C the channels: inter-channel correlation, Liu et al., ICCV 2021, arXiv 2202.03680. torchdistill's <c>ChSimLoss</c> divides by
/// the batch once more [V].
/// </summary>
internal sealed class ChannelSimilarityLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => Rows(s).sub(Rows(t)).Squared().sum([1L, 2L]).Over(s.shape[^1]));

    private static Tensor Rows(Tensor pixels) => LayerMath.Unit(LayerMath.Products(pixels.transpose(1, 2)));
}
