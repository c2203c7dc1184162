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
        ["logits"] = OutputNames.Logits, ["score"] = OutputNames.Score, ["embedding"] = OutputNames.Embedding, ["sentence_embedding"] = OutputNames.Embedding, ["pooler_output"] = OutputNames.Embedding,
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

        // A regression's single logit is its score.
        if (folder.Labels is { IsScore: true } && found.Remove(OutputNames.Logits, out var single))
        {
            found[OutputNames.Score] = single;
        }

        string answer = found.ContainsKey(OutputNames.Score) ? OutputNames.Score : OutputNames.Logits;
        LabelSpace labels = folder.Labels ?? LabelSpace.Score;
        if (!found.TryGetValue(answer, out var answered))
        {
            errors.Add(new KdError("KD1241", $"no output is the answer: there are {string.Join(", ", session.OutputMetadata.Select(o => $"{o.Key} [{string.Join(", ", o.Value.Dimensions)}]"))}.", folder.Model, "Export it with its head: an output logits, float [batch, classes]."));
        }
        else
        {
            int classes = answered.Shape.Dimensions[0];
            labels = folder.Labels ?? (answer == OutputNames.Score ? LabelSpace.Score : classes > 1 ? new LabelSpace([.. Enumerable.Range(0, classes).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))]) : LabelSpace.Score);
            if (classes != labels.Count)
            {
                errors.Add(new KdError("KD1241", $"its output {answered.Source} has {classes} number(s), and config.json names {labels.Count} label(s).", folder.Model, "Use the config.json that belongs to the model."));
            }
        }

        string[] order = [answer, OutputNames.Embedding];
        (string Name, OutputShape Shape)[] outputs = [.. found.OrderBy(f => Array.IndexOf(order, f.Key) is >= 0 and var place ? place : order.Length).Select(f => (f.Key, f.Value.Shape))];
        return new OnnxOutputMap(outputs, found.ToDictionary(f => f.Key, f => f.Value.Source, StringComparer.Ordinal), labels);
    }

    private static string? NameOf(string source, OnnxFolder folder) => s_names.GetValueOrDefault(source)
        ?? (source == "last_hidden_state" && folder.Layers is { } layers ? OutputNames.Hidden(layers)
        : (OutputNames.HiddenLayer(source) ?? OutputNames.AttentionLayer(source) ?? OutputNames.MapLayer(source)) is not null ? source : null);

    // The first dimension is the batch. What is open in another is the length.
    private static OutputShape? ShapeOf(string name, int[] sizes)
    {
        if (sizes.Length < 2 || sizes[0] > 0)
        {
            return null;
        }

        int[] own = [.. sizes[1..].Select(s => s > 0 ? s : OutputShape.Length)];
        return name is OutputNames.Logits or OutputNames.Score or OutputNames.Embedding && own is not [> 0] ? null : new OutputShape(own);
    }
}
