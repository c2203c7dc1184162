using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// max(0, m − cos(P·s_i, t_i) + cos(P·s_i, t_j)), j the instance half a batch further on: the paired hinge of VidLanKD, Tang et al., arXiv 2107.02681, and the authors' code [V]. Of a batch of one j is i, and nothing is learned.
/// </summary>
/// <param name="margin">m.</param>
internal sealed class PairedHingeLoss(double margin) : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) =>
    {
        Tensor own = LayerMath.Unit(s), right = LayerMath.Unit(t), wrong = right.roll(-(s.shape[0] / 2), 0);
        return own.mul(wrong.sub(right)).sum(-1).PlusInPlace(margin).AtLeast(0);
    });
}
