using System.Globalization;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What the outputs of a model of another make are called here, and their shapes for one instance.</summary>
/// <param name="Outputs">Under the names that recipes use.</param>
/// <param name="Sources">From those names to the model's own.</param>
/// <param name="Labels">The folder's; where it names none, made-up ones in the order of the logits.</param>
internal sealed record OutputMap(IReadOnlyList<(string Name, OutputShape Shape)> Outputs, IReadOnlyDictionary<string, string> Sources, LabelSpace Labels)
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["logits"] = OutputNames.Logits,
        ["score"] = OutputNames.Score,
        ["embedding"] = OutputNames.Embedding,
        ["sentence_embedding"] = OutputNames.Embedding,
        ["pooler_output"] = OutputNames.Embedding,
    };

    /// <summary>Finds it.</summary>
    /// <param name="tensors">All outputs of the model.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="names">What the deployment says, from our names to the model's; null: nothing.</param>
    /// <param name="code">Of errors about the model: <c>KD1241</c>, for instance.</param>
    /// <param name="errors">Takes <paramref name="code"/>: there is no answer, it does not fit the labels, or an output is not what the deployment says; <c>KD1243</c>: names of the deployment that there are not.</param>
    public static OutputMap Of(IReadOnlyList<ModelTensor> tensors, ModelFolder folder, IReadOnlyDictionary<string, string>? names, string code, List<KdError> errors)
    {
        Dictionary<string, string> mapped = MappedNames.Of(names, "output", "logits, score, embedding, hidden.N, attention.N or map.N", name => FormOf(name) is not null, [.. tensors.Select(t => t.Name)], folder.Model, errors);
        if (mapped.ContainsValue(OutputNames.Logits) && mapped.ContainsValue(OutputNames.Score))
        {
            errors.Add(new KdError("KD1243", "logits and score are both mapped, and a model has one answer.", folder.Model, "Map one of them."));
        }

        Dictionary<string, (OutputShape Shape, string Source)> found = new(StringComparer.Ordinal);
        foreach (ModelTensor tensor in tensors)
        {
            string? stated = mapped.GetValueOrDefault(tensor.Name), name = stated ?? UsualName(tensor.Name, folder);
            if (name is null || (stated is null && mapped.ContainsValue(name)))
            {
                continue;
            }

            // A model's own "score" of several columns is logits under another name; that a deployment says score is taken at its word.
            if (tensor.IsSingle && ShapeOf(name, tensor.Sizes) is { } shape && !(stated == OutputNames.Score && shape.Dimensions is not [1]))
            {
                _ = found.TryAdd(name, (shape, tensor.Name));
            }
            else if (stated is not null && FormOf(name) is { } form)
            {
                errors.Add(new KdError(code, $"its output {tensor} cannot be {name}, which is float32 {form}.", folder.Model, "Map another output, or leave this one out."));
            }
        }

        // What is mapped goes before what has the usual name.
        if (mapped.ContainsValue(OutputNames.Logits))
        {
            found.Remove(OutputNames.Score);
        }

        if (!found.TryGetValue(OutputNames.Score, out var answered) && !found.TryGetValue(OutputNames.Logits, out answered))
        {
            if (!mapped.ContainsValue(OutputNames.Logits) && !mapped.ContainsValue(OutputNames.Score))
            {
                errors.Add(new KdError(code, $"no output is the answer: there are {string.Join(", ", tensors)}.", folder.Model, "Export it with its head: an output logits, float32 [batch, classes]. Or say which it is: --output logits=NAME."));
            }

            return new OutputMap([], new Dictionary<string, string>(), folder.Labels ?? LabelSpace.Score);
        }

        int count = answered.Shape.Dimensions[0];
        LabelSpace labels = folder.Labels ?? (count == 1 ? LabelSpace.Score : new LabelSpace([.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))]));
        if (count != labels.Count)
        {
            errors.Add(new KdError(code, $"its output {answered.Source} has {count} number(s), and config.json names {labels.Count} label(s).", folder.Model, "Use the config.json that belongs to the model."));
        }

        // A single logit is a score, whatever it is called there.
        string answer = OutputNames.Answer(count);
        found.Remove(OutputNames.Score);
        found.Remove(OutputNames.Logits);
        found[answer] = answered;
        string[] order = [answer, OutputNames.Embedding];
        (string Name, OutputShape Shape)[] outputs = [.. found.OrderBy(f => Array.IndexOf(order, f.Key) is >= 0 and var place ? place : order.Length).Select(f => (f.Key, f.Value.Shape))];
        return new OutputMap(outputs, found.ToDictionary(f => f.Key, f => f.Value.Source, StringComparer.Ordinal), labels);
    }

    private static string? UsualName(string source, ModelFolder folder) => s_names.GetValueOrDefault(source)
        ?? (source == "last_hidden_state" && folder.Layers is { } layers ? OutputNames.Hidden(layers)
        : IsLayer(source) ? source : null);

    private static bool IsLayer(string name) => (OutputNames.HiddenLayer(name) ?? OutputNames.AttentionLayer(name) ?? OutputNames.MapLayer(name)) is not null;

    // Of a batch; null: no output is called so.
    private static string? FormOf(string name) => name switch
    {
        OutputNames.Logits => "[batch, classes]",
        OutputNames.Score => "[batch, 1]",
        OutputNames.Embedding => "[batch, width]",
        _ when OutputNames.HiddenLayer(name) is not null => "[batch, length, width]",
        _ when OutputNames.AttentionLayer(name) is not null => "[batch, heads, length, length]",
        _ when OutputNames.MapLayer(name) is not null => "[batch, channels, height, width]",
        _ => null,
    };

    // The first dimension is the batch. Where a layer has a place for each token, the length stands there, open or fixed; all other sizes are fixed.
    private static OutputShape? ShapeOf(string name, IReadOnlyList<int> sizes) => sizes switch
    {
        [> 0, ..] => null,
        [_, > 0 and var width] when name is OutputNames.Logits or OutputNames.Score or OutputNames.Embedding => new OutputShape(width),
        [_, _, > 0 and var width] when OutputNames.HiddenLayer(name) is not null => new OutputShape(OutputShape.Length, width),
        [_, > 0 and var heads, _, _] when OutputNames.AttentionLayer(name) is not null => new OutputShape(heads, OutputShape.Length, OutputShape.Length),
        [_, > 0 and var channels, > 0 and var height, > 0 and var width] when OutputNames.MapLayer(name) is not null => new OutputShape(channels, height, width),
        _ => null,
    };
}
