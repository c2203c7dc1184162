using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>Mean of the squared difference of G = aᵀb/n, a and b the states [n, width] of a layer and the next one that is compared: the flow of solution procedure, Yim et al., CVPR 2017; TextBrewer's <c>fsp</c> [V].</summary>
internal sealed class FlowLoss : ILayerLoss
{
    public int FewestLayers => 2;

    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input)
    {
        Tensor real = input.Real.unsqueeze(-1), tokens = input.Tokens.reshape(-1, 1, 1);
        Tensor[] all = [.. Flows(input.Student).Zip(Flows(input.Teacher), (s, t) => s.sub(t).Squared().mean([1L, 2L]))];
        return stack(all).mean([0L]);

        IEnumerable<Tensor> Flows(IReadOnlyList<Tensor> layers) => layers.Zip(layers.Skip(1), (a, b) => bmm(a.mul(real).transpose(1, 2), b.mul(real)).div(tokens));
    }
}
