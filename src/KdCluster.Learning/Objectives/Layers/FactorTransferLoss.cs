using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Factor transfer, Kim et al., arXiv 1802.04977. In the first steps a paraphraser learns to say the teacher's map in fewer channels and back: the mean of (o − t)² over pixels and channels; the student hears nothing of it. From then on the
/// paraphraser stands still, and the loss is the mean of |f_s − f_t| over pixels and channels, f_t the paraphraser's factor and f_s a translator's of the student's map, both at length 1, as in torchdistill's <c>FTLoss</c> [V]. Where
/// the authors train the paraphraser in a stage before, it is here the first part of the same one.
/// </summary>
/// <param name="rate">Channels of the factor for each of the teacher's.</param>
/// <param name="warmup">Share of the steps in which the paraphraser learns.</param>
internal sealed class FactorTransferLoss(double rate, double warmup) : ILayerLoss
{
    public Module Adapter(AdapterSetup setup) => new AdapterList<FactorNetworks>(setup.Layers.Select(l => new FactorNetworks(l.Student, l.Teacher, rate)));

    public Tensor Evaluate(LayerInput input)
    {
        var networks = (AdapterList<FactorNetworks>)input.Adapter!;
        bool first = input.At.Step < warmup * input.At.Steps;
        int layer = 0;
        return input.Mean((s, t) => first ? Paraphrase(networks[layer++], t) : Transfer(networks[layer++], s, t));
    }

    private static Tensor Paraphrase(FactorNetworks networks, Tensor teacher) => networks.Again(networks.Factor(teacher)).sub(teacher).Squared().mean([1L, 2L]);

    private static Tensor Transfer(FactorNetworks networks, Tensor student, Tensor teacher)
    {
        Tensor target;
        using (no_grad())
            target = LayerMath.Unit(networks.Factor(teacher).flatten(1));
        return LayerMath.Unit(networks.Translated(student).flatten(1)).sub(target).abs().mean([-1L]);
    }
}
