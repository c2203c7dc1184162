using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over the batch's pairs of P_t·log(P_t/P_s), P the rows of (1 + cos)/2 between the batch's embeddings, each with the sum 1: probabilistic knowledge transfer, Passalis and Tefas, arXiv 1803.10837; torchdistill's
/// <c>PKTLoss</c> [V]. An instance's loss is its row's.
/// </summary>
internal sealed class ProbabilisticTransferLoss : ILayerLoss
{
    private const double Least = 1e-7;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) =>
    {
        (Tensor p, Tensor q) = (Rows(t), Rows(s));
        return p.mul(p.AtLeast(Least).log().sub(q.AtLeast(Least).log())).sum(-1).Over(s.shape[0]);
    });

    private static Tensor Rows(Tensor embeddings)
    {
        Tensor near = LayerMath.Cosines(embeddings).Plus(1).Over(2);
        return near.div(near.sum(-1, keepdim: true).AtLeast(Least));
    }
}
