using KdCluster.Learning.Models;
using static TorchSharp.torch;

namespace KdCluster.Learning.Checkpoints;

/// <summary>Reads weights that another program trained: a safetensors file whose tensors have the names that are usual there.</summary>
public static class WeightsImport
{
    /// <summary>What a name begins with elsewhere, and here.</summary>
    private static readonly (string Theirs, string Ours)[] Prefixes = [("module.", ""), ("linear.", "classifier."), ("fc.", "classifier.")];

    /// <summary>Makes a model of them.</summary>
    /// <param name="file">A safetensors file.</param>
    /// <param name="shape">The architecture.</param>
    /// <returns>In evaluation mode; the receiver disposes it.</returns>
    /// <exception cref="KdException">
    /// <c>KD1202</c> missing, <c>KD1203</c> damaged, <c>KD1204</c> tensors that do not fit the architecture, all of them, <c>KD1212</c> a weight is not finite, <c>KD1201</c>, <c>KD1205</c> the architecture is unknown or impossible.
    /// </exception>
    public static Model Read(string file, ModelShape shape)
    {
        using WeightFiles weights = WeightFiles.Open(file);
        Model model = ModelFactory.Create(shape, seed: 0);
        try
        {
            // What counts batches decides no answer here.
            SafeTensorInfo[] tensors = [.. weights.Tensors.Where(t => !t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
            KdError[] twice = [.. tensors.GroupBy(t => NameOf(t.Name), StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g =>
                new KdError("KD1204", $"the tensors {string.Join(" and ", g.Select(t => t.Name))} stand for the same weight, {g.Key}.", file, "Keep one of them."))];
            if (twice.Length > 0)
                throw new KdException(twice);
            Checkpoint.ReadWeights(model, weights, tensors.ToDictionary(t => NameOf(t.Name), StringComparer.Ordinal));
        }
        catch
        {
            model.Random?.Dispose();
            model.Dispose();
            throw;
        }

        model.eval();
        return model;
    }

    private static string NameOf(string name)
    {
        foreach ((string theirs, string ours) in Prefixes)
        {
            if (name.StartsWith(theirs, StringComparison.Ordinal))
                name = ours + name[theirs.Length..];
        }

        return name;
    }
}
