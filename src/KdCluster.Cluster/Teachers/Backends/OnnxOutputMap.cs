using System.Globalization;
using KdCluster.Learning.Data;
using KdCluster.Learning.Onnx;
using KdCluster.SoftTargets;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>What a model's outputs are called here, and their shapes for one instance.</summary>
/// <param name="Outputs">Under the names that recipes use.</param>
/// <param name="Sources">From those names to the model's own.</param>
/// <param name="Labels">The folder's; where it names none, made-up ones in the order of the logits.</param>
internal sealed record OnnxOutputMap(IReadOnlyList<(string Name, OutputShape Shape)> Outputs, IReadOnlyDictionary<string, string> Sources, LabelSpace Labels)
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
    /// <param name="session">The model.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="errors">Takes <c>KD1241</c>: there is no answer, or it does not fit the labels.</param>
    public static OnnxOutputMap Of(InferenceSession session, OnnxFolder folder, List<KdError> errors)
    {
        Dictionary<string, (OutputShape Shape, string Source)> found = new(StringComparer.Ordinal);
        foreach ((string source, NodeMetadata output) in session.OutputMetadata)
        {
            if (NameOf(source, folder) is { } name && output.ElementDataType == TensorElementType.Float && ShapeOf(name, output.Dimensions) is { } shape && !found.ContainsKey(name))
            {
                found[name] = (shape, source);
            }
        }

        if (!found.TryGetValue(OutputNames.Score, out var answered) && !found.TryGetValue(OutputNames.Logits, out answered))
        {
            errors.Add(new KdError("KD1241", $"no output is the answer: there are {string.Join(", ", session.OutputMetadata.Select(o => $"{o.Key} [{string.Join(", ", o.Value.Dimensions)}]"))}.", folder.Model, "Export it with its head: an output logits, float [batch, classes]."));
            return new OnnxOutputMap([], new Dictionary<string, string>(), folder.Labels ?? LabelSpace.Score);
        }

        int count = answered.Shape.Dimensions[0];
        LabelSpace labels = folder.Labels ?? (count == 1 ? LabelSpace.Score : new LabelSpace([.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))]));
        if (count != labels.Count)
        {
            errors.Add(new KdError("KD1241", $"its output {answered.Source} has {count} number(s), and config.json names {labels.Count} label(s).", folder.Model, "Use the config.json that belongs to the model."));
        }

        // A single logit is a score, whatever it is called there.
        string answer = OutputNames.Answer(count);
        found.Remove(OutputNames.Score);
        found.Remove(OutputNames.Logits);
        found[answer] = answered;
        string[] order = [answer, OutputNames.Embedding];
        (string Name, OutputShape Shape)[] outputs = [.. found.OrderBy(f => Array.IndexOf(order, f.Key) is >= 0 and var place ? place : order.Length).Select(f => (f.Key, f.Value.Shape))];
        return new OnnxOutputMap(outputs, found.ToDictionary(f => f.Key, f => f.Value.Source, StringComparer.Ordinal), labels);
    }

    private static string? NameOf(string source, OnnxFolder folder) => s_names.GetValueOrDefault(source)
        ?? (source == "last_hidden_state" && folder.Layers is { } layers ? OutputNames.Hidden(layers)
        : (OutputNames.HiddenLayer(source) ?? OutputNames.AttentionLayer(source) ?? OutputNames.MapLayer(source)) is not null ? source : null);

    // The first dimension is the batch. Where a layer has a place for each token, the length stands there, open or fixed; all other sizes are fixed.
    private static OutputShape? ShapeOf(string name, int[] sizes) => sizes switch
    {
        [> 0, ..] => null,
        [_, > 0 and var width] when name is OutputNames.Logits or OutputNames.Score or OutputNames.Embedding => new OutputShape(width),
        [_, _, > 0 and var width] when OutputNames.HiddenLayer(name) is not null => new OutputShape(OutputShape.Length, width),
        [_, > 0 and var heads, _, _] when OutputNames.AttentionLayer(name) is not null => new OutputShape(heads, OutputShape.Length, OutputShape.Length),
        [_, > 0 and var channels, > 0 and var height, > 0 and var width] when OutputNames.MapLayer(name) is not null => new OutputShape(channels, height, width),
        _ => null,
    };
}
