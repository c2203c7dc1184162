using KdCluster.Learning.Models;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Learning.Compression;

/// <summary>A model as its recipe wants it in the end, for as long as this is not disposed: pruned to the last sparsity and quantised. What is validated is what is kept; the training goes on with the weights as they were.</summary>
internal sealed class CompressedWeights : IDisposable
{
    private readonly (Tensor Weight, Tensor Before)[] _before;

    private CompressedWeights((Tensor Weight, Tensor Before)[] before) => _before = before;

    /// <summary>Compresses a model.</summary>
    /// <param name="model">Changed in place.</param>
    /// <param name="training">Says how; where it says nothing, nothing is changed.</param>
    public static CompressedWeights? Of(Model model, TrainingSpec training)
    {
        if (training.Pruning is null && training.Quantization is null)
            return null;
        CompressedWeights compressed;
        using (no_grad())
            compressed = new CompressedWeights([.. LayerWeights.Of(model, linearOnly: false).Select(w => (w, w.detach().clone().DetachFromDisposeScope()))]);
        if (training.Pruning is { } pruning)
            new PrunedWeights(model, pruning).ApplyWhole();
        if (training.Quantization is { } quantization)
            QuantizedWeights.Apply(model, quantization.Bits);
        return compressed;
    }

    public void Dispose()
    {
        using var off = no_grad();
        foreach ((Tensor weight, Tensor before) in _before)
        {
            weight.copy_(before);
            before.Dispose();
        }
    }
}
