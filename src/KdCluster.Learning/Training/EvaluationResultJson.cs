using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Metrics;

namespace KdCluster.Learning.Training;

/// <summary>The figures by name, as they were before there were other tasks: <c>Count</c>, <c>Accuracy</c>, <c>MacroF1</c>, <c>CrossEntropy</c>, <c>CalibrationError</c>; of a regression <c>Pearson</c>, <c>Spearman</c>, <c>Mse</c>.</summary>
internal sealed class EvaluationResultJson : JsonConverter<EvaluationResult>
{
    private const string Count = "Count";
    private static readonly (string Name, Metric Metric)[] Names = [.. Metric.All.Select(m => (string.Concat(m.Name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..])), m))];

    public override EvaluationResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        JsonElement json = document.RootElement;
        return new EvaluationResult(json.GetProperty(Count).GetInt32(), [.. Names.Select(n => (n.Metric, json.TryGetProperty(n.Name, out JsonElement value) ? value.GetDouble() : (double?)null))]);
    }

    public override void Write(Utf8JsonWriter writer, EvaluationResult value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber(Count, value.Count);
        foreach ((string name, Metric metric) in Names)
        {
            if (value.Find(metric) is { } figure)
                writer.WriteNumber(name, figure);
        }

        writer.WriteEndObject();
    }
}
