using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace KdCluster.Tests;

/// <summary>What of a document does not fit a JSON Schema.</summary>
internal sealed class SchemaCheck(JsonObject schema)
{
    private readonly JsonSchema _schema = JsonSchema.FromText(schema.ToJsonString());

    /// <summary>Checks against one of a schema's definitions.</summary>
    public static SchemaCheck Of(JsonObject schema, string definition) => new(new JsonObject
    {
        ["$schema"] = schema["$schema"]!.DeepClone(),
        ["$ref"] = $"#/definitions/{definition}",
        ["definitions"] = schema["definitions"]!.DeepClone(),
    });

    /// <summary>Where, and what is wrong there; empty: it fits.</summary>
    public IReadOnlyList<string> Errors(JsonNode? value)
    {
        using JsonDocument document = JsonDocument.Parse(value?.ToJsonString() ?? "null");
        EvaluationResults results = _schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid ? [] : [.. (results.Details ?? []).SelectMany(d => (d.Errors ?? new Dictionary<string, string>()).Select(e => $"{(d.InstanceLocation.ToString() is { Length: > 0 } at ? at : "/")}: {e.Value}"))];
    }
}
