using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// ‖G_s − G_t‖²/B², G the products of the batch's embeddings, each row at length 1 (L2): similarity-preserving distillation, Tung and Mori, arXiv 1907.09682, equations 1 to 4. torchdistill's code takes rows of L1 length 1 [V].
/// An instance's loss is its row's: it depends on who is in the batch, as the method wants.
/// </summary>
internal sealed class SimilarityLoss : ILayerLoss
{
    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => Rows(s).sub(Rows(t)).Squared().sum(-1).Over(s.shape[0]));

    private static Tensor Rows(Tensor embeddings) => LayerMath.Unit(LayerMath.Products(embeddings));
}
