using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over the heads and an instance's tokens of −Σ_j softmax(t)_j·log softmax(s)_j, j over the instance's tokens: TextBrewer's <c>attention_ce</c> [V].</summary>
internal sealed class AttentionCrossEntropyLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input)
    {
        Tensor bias = LayerMath.NotPadding(input.Real).unsqueeze(1);   // [batch, 1, 1, length]
        return input.Mean((s, t) => input.OverTokens(softmax(t.Plus(bias), -1).mul(log_softmax(s.Plus(bias), -1)).sum(-1).mean([1L]).neg()));
    }
}
