using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// The squared maximum mean discrepancy between the channels of student and teacher under the kernel (a·b)², a channel the vector of its values at an instance's tokens or pixels, at length 1: neuron selectivity transfer,
/// Huang and Wang, arXiv 1707.01219. As mean k(s, s') − 2·mean k(s, t) + mean k(t, t') = ‖ΣuuᵀS/D_s − ΣuuᵀT/D_t‖² over tokens × tokens it needs no table of channels by channels. It is 0 where both are equal; the
/// code of VidLanKD leaves out the teacher's part and sums over the batch [V].
/// </summary>
internal sealed class KernelTransferLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input)
    {
        Tensor real = input.Real.unsqueeze(-1);
        return input.Mean((s, t) => Moment(s.mul(real)).sub(Moment(t.mul(real))).Squared().sum([1L, 2L]));
    }

    // The mean over the channels of u·uᵀ: [batch, length, length].
    private static Tensor Moment(Tensor states) => LayerMath.Products(LayerMath.Unit(states.transpose(1, 2)).transpose(1, 2)).Over(states.shape[^1]);
}
