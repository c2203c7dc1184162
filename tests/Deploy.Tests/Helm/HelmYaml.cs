using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Tests.Yaml;

namespace KdCluster.Tests.Helm;

/// <summary>Writes values as YAML, keys sorted, as <c>toYaml</c> does.</summary>
internal static class HelmYaml
{
    public static string Write(JsonNode? value) => string.Join('\n', Lines(value));

    private static IEnumerable<string> Lines(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                foreach ((string key, JsonNode? inner) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    if (inner is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
                    {
                        yield return $"{key}:";
                        foreach (string line in Lines(inner))
                        {
                            yield return inner is JsonObject ? "  " + line : line;
                        }
                    }
                    else
                    {
                        yield return $"{key}: {Scalar(inner)}";
                    }
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (JsonNode? item in list)
                {
                    bool first = true;
                    foreach (string line in Lines(item))
                    {
                        yield return (first ? "- " : "  ") + line;
                        first = false;
                    }
                }

                break;
            default:
                yield return Scalar(value);
                break;
        }
    }

    private static string Scalar(JsonNode? value)
    {
        if (value is not JsonValue scalar || !scalar.TryGetValue(out string? text))
        {
            return value?.ToJsonString() ?? "null";
        }

        return IsPlain(text) ? text : JsonSerializer.Serialize(text);
    }

    private static bool IsPlain(string text)
    {
        try
        {
            return text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && JsonNode.DeepEquals(YamlReader.Document($"- {text}")[0], JsonValue.Create(text));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
