using KdCluster.Learning.Tasks;
using KdCluster.SoftTargets;

namespace KdCluster.Learning.Checkpoints;

/// <summary>What a teacher's soft targets are filed under: all that decides its answers, and nothing else.</summary>
public static class CheckpointFingerprint
{
    /// <summary>SHA-256 over the weights' bytes, the architecture, the preprocessing and the output; names, model card and figures do not count.</summary>
    /// <param name="folder">A checkpoint; its weights are read once.</param>
    /// <param name="outputs">Names of its outputs.</param>
    /// <returns>64 hexadecimal digits for each of them.</returns>
    /// <exception cref="KdException"><c>KD1202</c>, <c>KD1203</c>, <c>KD1204</c>, <c>KD1207</c>: the checkpoint cannot be read.</exception>
    public static IReadOnlyList<string> Compute(string folder, params IReadOnlyList<string> outputs)
    {
        CheckpointConfig config = Checkpoint.ReadConfig(folder);
        InputEncoder encoder = Checkpoint.ReadEncoder(folder, config);
        Checkpoint.RequireFit(config, encoder, folder);
        using WeightFiles weights = WeightFiles.OpenFolder(folder);
        // One pass over the weights for each of the first two outputs, and one for all others together.
        byte[] numbers = [.. outputs.Select(OutputNameJson.Number).Distinct()];
        ContentHash[] hashes = [.. numbers.Select(number => Begin(config, encoder, number))];
        foreach (SafeTensorInfo tensor in weights.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            byte[] bytes = weights.ReadBytes(tensor);
            Parallel.ForEach(hashes, hash =>
            {
                hash.Add(tensor.Name);
                hash.Add(FormattableString.Invariant($"{tensor.Type} {string.Join(',', tensor.Shape)}"));
                hash.Add(bytes);
            });
        }

        Dictionary<byte, string> ends = numbers.Zip(hashes).ToDictionary(h => h.First, h => End(h.Second));
        return [.. outputs.Select(o => OutputNameJson.Number(o) is > 0 and byte number ? ends[number] : Named(ends[0], o))];
    }

    // The number of the output comes before the weights, so each number has a hash of its own over them.
    private static ContentHash Begin(CheckpointConfig config, InputEncoder encoder, byte number)
    {
        ContentHash hash = new();
        hash.Add(["kdcluster-teacher-1", config.Architecture, encoder.Hash]);
        hash.Add([number]);
        return hash;
    }

    private static string Named(string model, string output)
    {
        using ContentHash hash = new();
        hash.Add(["kdcluster-output-1", model, output]);
        return hash.End();
    }

    private static string End(ContentHash hash)
    {
        using (hash)
        {
            return hash.End();
        }
    }
}
