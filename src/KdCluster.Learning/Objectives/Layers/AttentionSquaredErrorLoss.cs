using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over the heads and the pairs of an instance's tokens of the squared difference of the scores before the softmax: TinyBERT, Jiao et al., arXiv 1909.10351, equation 7; TextBrewer's <c>attention_mse</c> [V].</summary>
internal sealed class AttentionSquaredErrorLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input)
    {
        Tensor pairs = input.Real.unsqueeze(2).mul(input.Real.unsqueeze(1)).unsqueeze(1);   // [batch, 1, length, length]
        return input.Mean((s, t) => s.sub(t).Squared().mul(pairs).sum([1L, 2L, 3L]).div(input.Tokens.Squared()).Over(s.shape[1]));
    }
}
