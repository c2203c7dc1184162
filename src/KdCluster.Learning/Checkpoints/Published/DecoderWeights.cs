using KdCluster.Learning.Models.Decoders;
using static TorchSharp.torch;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>Reads the weights of a causal language model under transformers' names, with and without the prefix.</summary>
internal static class DecoderWeights
{
    // Masks and wave lengths that files of some versions bring.
    private static readonly string[] Buffers = [".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq"];

    /// <summary>All weights by name; the receiver disposes them.</summary>
    /// <exception cref="KdException"><c>KD1204</c>: tensors that are missing, unknown, there twice or of other shapes; <c>KD1212</c>: numbers that are not finite. All at once.</exception>
    public static Dictionary<string, Tensor> Read(DecoderShape shape, WeightFiles files)
    {
        var wanted = shape.Weights().ToDictionary(w => w.Name, w => w.Sizes, StringComparer.Ordinal);
        var found = files.Tensors.Where(t => !Buffers.Any(b => t.Name.EndsWith(b, StringComparison.Ordinal)) && !(shape.Tied && t.Name == "lm_head.weight"))
            .ToLookup(t => !wanted.ContainsKey(t.Name) && wanted.ContainsKey(shape.Prefix + t.Name) ? shape.Prefix + t.Name : t.Name, StringComparer.Ordinal);
        List<KdError> errors =
        [
            .. wanted.Keys.Where(n => !found.Contains(n)).Select(n => new KdError("KD1204", "the tensor is missing.", $"{files.Where}, tensor {n}")),
            .. found.Where(g => g.Count() > 1).Select(g => new KdError("KD1204", $"the tensors {string.Join(" and ", g.Select(t => t.Name))} stand for the same weight, {g.Key}.", files.Where, "Keep one of them.")),
            .. found.Where(g => !wanted.ContainsKey(g.Key)).Select(g => new KdError("KD1204", "the architecture has no such tensor.", files.WhereIs(g.First()))),
            .. found.Where(g => wanted.TryGetValue(g.Key, out long[]? sizes) && !g.First().Shape.SequenceEqual(sizes)).Select(g =>
                new KdError("KD1204", $"the tensor's shape is [{string.Join(", ", g.First().Shape)}], the architecture's [{string.Join(", ", wanted[g.Key])}].", files.WhereIs(g.First()))),
        ];
        if (errors.Count > 0)
            throw new KdException(errors);
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach ((string name, long[] sizes) in wanted)
            {
                float[] values = files.ReadFloats(found[name].First());
                if (values.Count(v => !float.IsFinite(v)) is > 0 and int count)
                    errors.Add(new KdError("KD1212", $"{count} of {values.Length} weights are NaN or infinite.", files.WhereIs(found[name].First()), "Its answers mean nothing. Use a sound copy."));
                weights[name] = tensor(values, sizes).DetachFromDisposeScope();
            }

            return errors.Count == 0 ? weights : throw new KdException(errors);
        }
        catch
        {
            foreach (Tensor weight in weights.Values)
                weight.Dispose();
            throw;
        }
    }
}
