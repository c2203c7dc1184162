using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Σ_i KL(P_i‖Q_i)/n², P_i and Q_i the softmax over the other tokens j of cos(h_i, h_j) in teacher and student, n the instance's tokens: the word relation of pairs of contextual distillation, Park et al., arXiv 2109.08359;
/// the authors' code divides by the cells of the batch, diagonal included [V]. A rotation or a positive scale of either side changes nothing.
/// </summary>
internal sealed class WordRelationLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input)
    {
        Tensor real = input.Real, tokens = input.Tokens;
        Tensor bias = LayerMath.NotPadding(real).Plus(LayerMath.NotItself(real.shape[1], real));
        // A token alone has no other to be near to.
        Tensor counted = real.mul(tokens.IsBelow(1.5).logical_not().to(real.dtype).unsqueeze(1));
        return input.Mean((s, t) => LayerMath.Divergence(LayerMath.Cosines(t).Plus(bias), LayerMath.Cosines(s).Plus(bias)).mul(counted).sum(1).div(tokens.Squared()));
    }
}
