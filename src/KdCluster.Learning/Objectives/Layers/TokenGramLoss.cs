using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over the pairs of an instance's tokens of (s_i·s_j/D_s − t_i·t_j/D_t)², D the widths: TextBrewer's <c>nst</c> [V] of a layer with itself, a match of Gram matrices and not of kernels.</summary>
internal sealed class TokenGramLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input)
    {
        Tensor real = input.Real.unsqueeze(-1);
        return input.Mean((s, t) => Gram(s.mul(real)).sub(Gram(t.mul(real))).Squared().sum([1L, 2L]).div(input.Tokens.Squared()));
    }

    private static Tensor Gram(Tensor states) => LayerMath.Products(states).Over(states.shape[^1]);
}
