using KdCluster.Learning.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// −log of the share that an instance's counterpart has among the 2B − 1 others, P·s and t of the batch together, by e^(cos/τ); the mean of both directions: NT-Xent, Chen et al., arXiv 2002.05709, equation 1, as between student and
/// teacher in VidLanKD's code, which divides by 2B once too often [V]. It depends on who is in the batch; in a batch of one there is nothing to tell apart, and no loss.
/// </summary>
/// <param name="temperature">τ, above 0.</param>
internal sealed class ContrastLoss(double temperature) : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) =>
    {
        long batch = s.shape[0];
        Tensor scores = LayerMath.Cosines(cat([s, t], 0));
        Tensor logs = log_softmax(scores.Plus(LayerMath.NotItself(2 * batch, scores)).Over(temperature), -1);
        Tensor there = logs.narrow(0, 0, batch).narrow(1, batch, batch).diagonal(), back = logs.narrow(0, batch, batch).narrow(1, 0, batch).diagonal();
        return there.Plus(back).Over(-2);
    });
}
