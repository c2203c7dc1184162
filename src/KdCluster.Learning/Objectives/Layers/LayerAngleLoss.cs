using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over an instance's tokens and the triples (m, m', m'') of compared layers of the squared difference of cos(h_m − h_m', h_m − h_m'') between student and teacher: the layer-transforming relation of triples of contextual
/// distillation, Park et al., arXiv 2109.08359 [V].
/// </summary>
internal sealed class LayerAngleLoss : ILayerLoss
{
    public int FewestLayers => 3;

    public LayerWidths Widths => LayerWidths.OneEach;

    public Tensor Evaluate(LayerInput input) => input.OverTokens(Angles(input.Student).sub(Angles(input.Teacher)).Squared().mean([-3L, -2L, -1L]));

    // [batch, length, layers, layers, layers]
    private static Tensor Angles(IReadOnlyList<Tensor> states)
    {
        Tensor all = stack(states, 2);
        return LayerMath.Cosines(all.unsqueeze(3).sub(all.unsqueeze(2)));
    }
}
