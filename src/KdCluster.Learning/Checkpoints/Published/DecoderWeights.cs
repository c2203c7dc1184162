using KdCluster.Learning.Models.Decoders;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>Finds the weights of a causal language model in the files that are published: with and without the prefix, beside buffers and the copy of a tied last layer.</summary>
internal static class DecoderWeights
{
    // Masks and wave lengths that files of some versions bring.
    private static readonly string[] Buffers = [".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq"];

    /// <summary>The tensors under the names that the model has for them.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="files">The files.</param>
    /// <exception cref="KdException"><c>KD1204</c>: two tensors stand for one weight, all of them.</exception>
    public static Dictionary<string, SafeTensorInfo> Match(DecoderShape shape, WeightFiles files)
    {
        var wanted = shape.Weights().Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
        var found = files.Tensors.Where(t => !Buffers.Any(b => t.Name.EndsWith(b, StringComparison.Ordinal)) && !(shape.Tied && t.Name == "lm_head.weight"))
            .ToLookup(t => !wanted.Contains(t.Name) && wanted.Contains(shape.Prefix + t.Name) ? shape.Prefix + t.Name : t.Name, StringComparer.Ordinal);
        KdError[] twice = [.. found.Where(g => g.Count() > 1).Select(g =>
            new KdError("KD1204", $"the tensors {string.Join(" and ", g.Select(t => t.Name))} stand for the same weight, {g.Key}.", files.Where, "Keep one of them."))];
        return twice.Length > 0 ? throw new KdException(twice) : found.ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }
}
