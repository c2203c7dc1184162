using KdCluster.Learning.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Learning.Compression;

/// <summary>The weights of a model's layers that are compressed: not biases, embeddings, norms or recurrent layers.</summary>
internal static class LayerWeights
{
    /// <summary>Of linear layers, and of convolutions where these are meant too; in the order of the model.</summary>
    public static IEnumerable<Tensor> Of(Model model, bool linearOnly) => model.named_modules().Select(m => m.module switch
    {
        Linear linear => linear.weight,
        Conv1d convolution when !linearOnly => convolution.weight,
        Conv2d convolution when !linearOnly => convolution.weight,
        _ => null,
    }).OfType<Tensor>();
}
