using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over an image's pixels of 1 − ρ, ρ Pearson's correlation over the channels between student and teacher: the channel relation of DIST+, Huang et al., TPAMI 2025. torchdistill's <c>DISTPlusLoss</c> adds ρ itself to what is
/// minimised, and so drives the two apart [V]; a correlation is to be raised.
/// </summary>
internal sealed class ChannelCorrelationLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => LayerMath.Centred(s).mul(LayerMath.Centred(t)).sum(-1).neg().PlusInPlace(1).mean([-1L]));
}
