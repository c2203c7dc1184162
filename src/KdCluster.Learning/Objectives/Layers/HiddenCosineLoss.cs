using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean over an instance's tokens of 1 − cos(P·s, t): TextBrewer's <c>cos</c> [V]. A state of length 0 is at a right angle to all.</summary>
internal sealed class HiddenCosineLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => input.OverTokens(LayerMath.Unit(s).mul(LayerMath.Unit(t)).sum(-1).neg().PlusInPlace(1)));
}
