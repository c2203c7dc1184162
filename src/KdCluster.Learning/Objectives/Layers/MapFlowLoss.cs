using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// The sum over the columns of the norm of G_s − G_t, G = aᵀb/n, a and b the maps [n pixels, channels] of a layer and the next one that is compared, a mean over these steps: the flow of solution procedure, Yim et al., CVPR 2017, as
/// in torchdistill's <c>FSPLoss</c> [V] (norms, where the paper has squares). That code brings the larger map to the smaller one's size by maxima; here `pool` brings both to one by means.
/// </summary>
internal sealed class MapFlowLoss : ILayerLoss
{
    public int FewestLayers => 2;

    public LayerWidths Widths => LayerWidths.Same;

    public bool SamePlaces => true;

    public Tensor Evaluate(LayerInput input)
    {
        Tensor[] all = [.. Flows(input.Student).Zip(Flows(input.Teacher), (s, t) => LayerMath.Root(s.sub(t).Squared().sum(1)).sum(-1))];
        return stack(all).mean([0L]);

        static IEnumerable<Tensor> Flows(IReadOnlyList<Tensor> layers) => layers.Zip(layers.Skip(1), (a, b) => bmm(a.transpose(1, 2), b).Over(a.shape[1]));
    }
}
