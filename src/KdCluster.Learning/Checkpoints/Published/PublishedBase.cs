using KdCluster.Learning.Models;
using KdCluster.Learning.Models.Families;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>Gives a model the weights of a checkpoint whose head is missing or another's.</summary>
internal static class PublishedBase
{
    /// <summary>Puts the encoder's weights into a model of the same sizes. The layer that makes the answer stays as it was drawn; the layer before it too, where the files have none.</summary>
    /// <returns>The weights that stay as they were drawn.</returns>
    /// <exception cref="KdException"><c>KD1203</c>, <c>KD1204</c>, <c>KD1212</c>: the weights do not fit, or are damaged.</exception>
    public static IReadOnlyList<string> Load(Model model, WeightFiles weights)
    {
        FamilyNames names = FamilyNames.Of(model.Spec.Kind);
        Dictionary<string, SafeTensorInfo> tensors = Checkpoint.TensorsOf(model, weights);
        string[] head = [.. ModelState.Of(model).Select(t => t.Name).Where(n => names.IsOfHead(n))];
        foreach (string name in tensors.Keys.Where(n => n.StartsWith($"{names.HeadOut}.", StringComparison.Ordinal)).ToArray())
            tensors.Remove(name);
        Checkpoint.ReadWeights(model, weights, tensors, head.ToHashSet(StringComparer.Ordinal));
        return [.. head.Where(n => !tensors.ContainsKey(n))];
    }
}
