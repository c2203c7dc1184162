using static TorchSharp.torch;

namespace KdCluster.Learning.Models;

/// <summary>All tensors that decide a model's answers: its weights, and what its normalisation has seen of the data.</summary>
internal static class ModelState
{
    // Counts batches for averages of another kind than the ones that are used here; no answer depends on it.
    private const string Unused = "num_batches_tracked";

    /// <summary>Name and tensor, weights first; as the model has them now.</summary>
    public static IEnumerable<(string Name, Tensor Value)> Of(Model model)
    {
        foreach ((string name, TorchSharp.Modules.Parameter weight) in model.named_parameters())
            yield return (name, weight);
        foreach ((string name, Tensor statistic) in model.named_buffers())
        {
            if (!name.EndsWith(Unused, StringComparison.Ordinal))
                yield return (name, statistic);
        }
    }

    /// <summary>Copies all of it from a model of the same shape.</summary>
    public static void Copy(Model from, Model to)
    {
        using var off = no_grad();
        var found = Of(from).ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        foreach ((string name, Tensor value) in Of(to))
            value.copy_(found[name]);
    }
}
