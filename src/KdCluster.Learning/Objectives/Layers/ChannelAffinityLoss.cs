using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Σ_c ‖u_c·u_cᵀ − v_c·v_cᵀ‖/n, u_c and v_c the student's and the teacher's channel c over an image's n pixels, at length 1: affinity distillation, He et al., CVPR 2019, arXiv 1903.04688; torchdistill's <c>AffinityLoss</c> [V].
/// </summary>
internal sealed class ChannelAffinityLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) =>
    {
        Tensor u = LayerMath.Unit(s.transpose(1, 2)), v = LayerMath.Unit(t.transpose(1, 2));   // [batch, channels, pixels]
        // ‖uuᵀ − vvᵀ‖² = ½‖u − v‖²‖u + v‖² + ½(‖u‖² − ‖v‖²)²: no table of pixels by pixels, and no difference of large numbers.
        Tensor apart = Square(u.sub(v)).mul(Square(u.Plus(v))), longer = Square(u).sub(Square(v)).Squared();
        return LayerMath.Root(apart.Plus(longer).Over(2)).sum(-1).Over(s.shape[1]);
    });

    private static Tensor Square(Tensor vectors) => vectors.Squared().sum(-1);
}
