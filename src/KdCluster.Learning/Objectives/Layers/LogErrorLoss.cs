using KdCluster.Learning.Torch;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// log(10⁻⁸ + Σ|ŝ − t̂|^p) over the batch and the width, ŝ and t̂ the embeddings P·s and t with mean 0 and variance 1 over the batch: Miles and Mikolajczyk, arXiv 2303.11098; torchdistill's <c>SRDLoss</c> [V], which takes
/// it twice and adds a KL. It is one number of the batch, and each instance's loss. A batch of one has no variance, and teaches nothing.
/// </summary>
internal sealed class LogErrorLoss(double power) : ILayerLoss
{
    public LayerWidths Widths => LayerWidths.Same;

    public Tensor Evaluate(LayerInput input) => input.Mean((s, t) => BatchNormalisation.Of(s).sub(BatchNormalisation.Of(t)).abs().ToThe(power).sum().Plus(1e-8).log().expand(s.shape[0]));
}
