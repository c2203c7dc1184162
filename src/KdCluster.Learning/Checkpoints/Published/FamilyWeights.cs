using KdCluster.Learning.Models.Families;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>Finds a family's weights in the files that are published: with and without the encoder's prefix, beside heads that a model was trained with before.</summary>
internal static class FamilyWeights
{
    // Of masked language models: BERT's, RoBERTa's and DistilBERT's; and buffers that count positions.
    private static readonly string[] OtherHeads = ["cls.", "lm_head.", "vocab_transform.", "vocab_layer_norm.", "vocab_projector."];
    private static readonly string[] Buffers = ["embeddings.position_ids", "embeddings.token_type_ids"];

    /// <summary>The tensors under the names that the model has for them; what a model of this family does not use is left out.</summary>
    /// <param name="kind">The family.</param>
    /// <param name="wanted">The model's names.</param>
    /// <param name="found">The files' tensors.</param>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="KdException"><c>KD1204</c>: two tensors stand for one weight, all of them.</exception>
    public static Dictionary<string, SafeTensorInfo> Match(string kind, IReadOnlySet<string> wanted, IEnumerable<SafeTensorInfo> found, string where)
    {
        FamilyNames names = FamilyNames.Of(kind);
        var byName = found.Where(t => !IsUnused(t.Name, names, wanted)).ToLookup(t => NameOf(t.Name, names, wanted), StringComparer.Ordinal);
        KdError[] twice = [.. byName.Where(g => g.Count() > 1).Select(g =>
            new KdError("KD1204", $"the tensors {string.Join(" and ", g.Select(t => t.Name))} stand for the same weight, {g.Key}.", where, "Keep one of them."))];
        return twice.Length > 0 ? throw new KdException(twice) : byName.ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }

    private static bool IsUnused(string name, FamilyNames names, IReadOnlySet<string> wanted)
        => Buffers.Any(b => name == b || name == $"{names.Prefix}.{b}")
        || OtherHeads.Any(h => name.StartsWith(h, StringComparison.Ordinal))
        || (Without(name, names.Prefix).StartsWith("pooler.", StringComparison.Ordinal) && !wanted.Contains(NameOf(name, names, wanted)));

    private static string NameOf(string name, FamilyNames names, IReadOnlySet<string> wanted)
    {
        // As the first BERT called them.
        name = name.Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal).Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal);
        return !wanted.Contains(name) && $"{names.Prefix}.{name}" is var full && wanted.Contains(full) ? full : name;
    }

    private static string Without(string name, string prefix) => name.StartsWith($"{prefix}.", StringComparison.Ordinal) ? name[(prefix.Length + 1)..] : name;
}
