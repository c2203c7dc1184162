using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Loops.Bilevel;

/// <summary>
/// θ_t = θ_{t−1} − η_t·∇_θ (1/M)·Σ_m ℓ(x̃_m, ỹ_m; θ_{t−1}) with ℓ = −Σ_c ỹ_c·log softmax_c, over all M made instances in each step: dataset distillation with soft labels (arXiv 1910.02551, section 3). Labels need not sum
/// to 1: the gradient at the logits is (Σ_c ỹ_c)·p − ỹ. (The authors' code gives each step instances of its own, and may go through all steps several times [V].)
/// </summary>
internal static class InnerTraining
{
    /// <summary>The weights after the steps, differentiable by all that they depend on.</summary>
    /// <param name="logits">The made instances' raw scores under given weights: [items, classes].</param>
    /// <param name="start">θ_0; need not ask for gradients.</param>
    /// <param name="labels">ỹ: [items, classes].</param>
    /// <param name="rates">η: [steps].</param>
    /// <param name="differentiable">Whether the weights are to be differentiated; else they are numbers.</param>
    public static IReadOnlyDictionary<string, Tensor> Run(Func<IReadOnlyDictionary<string, Tensor>, Tensor> logits, IReadOnlyDictionary<string, Tensor> start, Tensor labels, Tensor rates, bool differentiable = true)
    {
        string[] names = [.. start.Keys];
        Tensor[] weights = [.. names.Select(n => start[n].detach().requires_grad_(true))];
        for (long step = 0; step < rates.shape[0]; step++)
        {
            Tensor loss = log_softmax(logits(Named()), -1).mul(labels).sum(dim: -1).mean().neg();
            // create_graph does not imply retain_graph here.
            var gradients = autograd.grad([loss], weights, retain_graph: differentiable, create_graph: differentiable);
            Tensor rate = rates[step];
            weights = [.. weights.Zip(gradients, (w, g) => w.sub(g.mul(rate)))];
            if (!differentiable)
                weights = [.. weights.Select(w => w.detach().requires_grad_(true))];
        }

        return Named();

        Dictionary<string, Tensor> Named() => names.Zip(weights).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
    }
}
