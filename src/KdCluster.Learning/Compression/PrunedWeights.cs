using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Learning.Compression;

/// <summary>
/// Magnitude pruning: of each linear and convolution layer the weights of the smallest magnitude become 0, exactly ⌊sparsity · n + ½⌋ of n. Which ones is decided anew at every step, so a weight that grows comes back,
/// and there is no state besides the weights.
/// </summary>
internal sealed class PrunedWeights(Model model, PruningSpec spec)
{
    private readonly Tensor[] _weights = [.. LayerWeights.Of(model, linearOnly: false)];

    /// <summary>Share of the weights that is 0 after so many steps: s·(1 − (1 − t)³), t = min(1, done / (until · steps)) (Zhu and Gupta, arXiv 1710.01878, equation 1, with s_i = 0).</summary>
    /// <param name="spec">Says where it ends, and when.</param>
    /// <param name="done">Steps done.</param>
    /// <param name="steps">Steps in all.</param>
    public static double SparsityAt(PruningSpec spec, int done, int steps)
    {
        double rest = 1 - Math.Min(1, done / (spec.Until * steps));
        return spec.Sparsity * (1 - (rest * rest * rest));
    }

    /// <summary>Sets the smallest weights to 0.</summary>
    /// <param name="sparsity">0 to 1.</param>
    public void Apply(double sparsity)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach (Tensor weight in _weights)
        {
            long count = CountOf(weight.numel(), sparsity);
            if (count > 0)
                weight.view(-1).FillInPlace(weight.abs().view(-1).topk((int)count, 0, largest: false, sorted: false).indexes, 0);
        }
    }

    /// <summary>Sets the smallest weights to 0, as many as in the end.</summary>
    public void ApplyWhole() => Apply(spec.Sparsity);

    internal static long CountOf(long weights, double sparsity) => (long)Math.Floor((sparsity * weights) + 0.5);
}
