using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// ‖K_s − K_t‖²/B², K a kernel between the batch's embeddings at length 1: correlation congruence, Peng et al., arXiv 1904.01802 [M]. torchdistill's <c>CCKDLoss</c> takes the norm, not its square, and embeddings as they
/// are, for which its series is not the kernel [V]. An instance's loss is its row's. K compares within one side, so that widths may differ.
/// </summary>
internal sealed class CorrelationCongruenceLoss : ILayerLoss
{
    private readonly Func<Tensor, Tensor> _kernel;

    private CorrelationCongruenceLoss(Func<Tensor, Tensor> kernel) => _kernel = kernel;

    /// <summary>K = a·b.</summary>
    public static CorrelationCongruenceLoss Bilinear() => new(cosines => cosines);

    /// <summary>exp(−γ‖a − b‖²) = e^(−2γ)·e^(2γ·a·b), the second factor by its series up to an order.</summary>
    public static CorrelationCongruenceLoss Gaussian(double gamma, int order) => new(cosines =>
    {
        // Horner: 1 + x(1 + x/2·(1 + x/3·(…)))
        Tensor x = cosines.Times(2 * gamma), sum = ones_like(x);
        for (int p = order; p > 0; p--)
            sum = x.Over(p).mul(sum).Plus(1);
        return sum.Times(Math.Exp(-2 * gamma));
    });

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => Of(s).sub(Of(t)).Squared().sum(-1).Over(s.shape[0]));

    private Tensor Of(Tensor embeddings) => _kernel(LayerMath.Cosines(embeddings));
}
