using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// Mean over the batch's triples (i, j, k) of the smooth L1 of the difference of cos(e_j − e_i, e_k − e_i): relational distillation, Park et al., arXiv 1904.05068, equations 8 to 10; torchdistill's <c>RKDLoss</c> [V].
/// An instance's loss is that of the triples that it is the corner of. Time and memory grow with the third power of the batch.
/// </summary>
internal sealed class RelationalAngleLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => LayerMath.SmoothL1(Angles(s).sub(Angles(t))).mean([1L, 2L]));

    private static Tensor Angles(Tensor embeddings) => LayerMath.Cosines(embeddings.unsqueeze(0).sub(embeddings.unsqueeze(1)));
}
