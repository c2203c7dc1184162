using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KdCluster.Tests.Yaml;

/// <summary>YAML as JSON: YamlDotNet reads it, <see cref="YamlScalar"/> says what an unquoted word is.</summary>
internal static class YamlReader
{
    /// <summary>Every document; empty ones are left out.</summary>
    public static IReadOnlyList<JsonNode> Documents(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(d => Json(d.RootNode)).OfType<JsonNode>()];
    }

    public static JsonNode Document(string text) => Assert.Single(Documents(text));

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => Merged(new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Json(c.Value))))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } word => YamlScalar.Plain(word.Value!),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => throw new FormatException($"{node.Start}: {node.NodeType}"),
    };

    // YAML 1.1: `<<` brings what the mapping does not say itself. YamlDotNet's own merging refuses a key that is said again.
    private static JsonObject Merged(JsonObject map)
    {
        if (map["<<"] is JsonObject other)
        {
            map.Remove("<<");
            foreach ((string key, JsonNode? value) in other)
                map.TryAdd(key, value?.DeepClone());
        }

        return map;
    }
}
