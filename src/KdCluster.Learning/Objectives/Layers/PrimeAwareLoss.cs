using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over the width of (P·s − t)²/(10⁻⁶ + e^v) + v, v the logarithm of a variance that a linear map with batch normalisation guesses from P·s: prime-aware adaptive distillation, Zhang et al., arXiv 2008.01458; torchdistill's
/// <c>PADL2Loss</c> [V]. What the student cannot learn counts for less. It may be below 0.
/// </summary>
internal sealed class PrimeAwareLoss : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Module Adapter(AdapterSetup setup)
    {
        int width = setup.Layers[0].Teacher.Dimensions[0];
        return Sequential(("variance", Linear(width, width, hasBias: false)), ("norm", new BatchNormalisation(width)));
    }

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) =>
    {
        Tensor v = ((Module<Tensor, Tensor>)input.Adapter!).call(s);
        return s.sub(t).Squared().div(v.exp().Plus(1e-6)).Plus(v).mean([-1L]);
    });
}
