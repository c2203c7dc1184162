using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over the batch's pairs, an instance with itself included, of the smooth L1 of the difference of their distances, each divided by the mean distance of different instances: relational distillation, Park et al.,
/// arXiv 1904.05068, equations 5 to 7; torchdistill's <c>RKDLoss</c> [V]. An instance's loss is its row's.
/// </summary>
internal sealed class RelationalDistanceLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => LayerMath.SmoothL1(Distances(s).sub(Distances(t))).mean([-1L]));

    private static Tensor Distances(Tensor embeddings)
    {
        Tensor squares = embeddings.unsqueeze(1).sub(embeddings.unsqueeze(0)).Squared().sum(-1);
        Tensor distances = LayerMath.Root(squares);
        Tensor count = squares.IsBelow(1e-20).logical_not().to(squares.dtype).sum().AtLeast(1);
        return distances.div(distances.sum().div(count).AtLeast(1e-10));
    }
}
