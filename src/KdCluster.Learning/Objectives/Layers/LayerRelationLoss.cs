using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over an instance's tokens of Σ_m KL(P_m‖Q_m)/M², P_m and Q_m the softmax over the other layers m' of cos(h_m, h_m') of the token's states in teacher and student, M the layers that are compared: the layer-transforming
/// relation of pairs of contextual distillation, Park et al., arXiv 2109.08359 [V].
/// </summary>
internal sealed class LayerRelationLoss : ILayerLoss
{
    // With two there is one other, whatever the states are.
    public int FewestLayers => 3;

    public LayerWidths Widths => LayerWidths.OneEach;

    public Tensor Evaluate(LayerInput input)
    {
        int layers = input.Student.Count;
        Tensor bias = LayerMath.NotItself(layers, input.Real);
        Tensor each = LayerMath.Divergence(Relation(input.Teacher), Relation(input.Student)).sum(-1).Over(layers * layers);   // [batch, length]
        return input.OverTokens(each);

        Tensor Relation(IReadOnlyList<Tensor> states) => LayerMath.Cosines(stack(states, 2)).Plus(bias);
    }
}
