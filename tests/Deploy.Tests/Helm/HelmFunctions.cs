using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Tests.Helm;

/// <summary>The functions that the chart uses.</summary>
internal static class HelmFunctions
{
    public static JsonNode? Call(string name, List<JsonNode?> a) => name switch
    {
        "quote" => JsonValue.Create(JsonSerializer.Serialize(Show(a[0]))),
        "default" => Truth(a[1]) ? a[1] : a[0],
        "nindent" => JsonValue.Create("\n" + Indented(Show(a[1]), a[0]!.GetValue<long>())),
        "toYaml" => JsonValue.Create(HelmYaml.Write(a[0])),
        "printf" => JsonValue.Create(Format(a)),
        "eq" => JsonValue.Create(JsonNode.DeepEquals(a[0], a[1])),
        "gt" => JsonValue.Create(a[0]!.GetValue<long>() > a[1]!.GetValue<long>()),
        "sub" => JsonValue.Create(a[0]!.GetValue<long>() - a[1]!.GetValue<long>()),
        "int" => JsonValue.Create(long.Parse(Show(a[0]), CultureInfo.InvariantCulture)),
        "not" => JsonValue.Create(!Truth(a[0])),
        "and" => a.FirstOrDefault(v => !Truth(v), a[^1]),
        "trunc" => JsonValue.Create(Show(a[1]) is { } text && text.Length > a[0]!.GetValue<long>() ? text[..(int)a[0]!.GetValue<long>()] : Show(a[1])),
        "trimSuffix" => JsonValue.Create(Show(a[1]).EndsWith(Show(a[0]), StringComparison.Ordinal) ? Show(a[1])[..^Show(a[0]).Length] : Show(a[1])),
        "ternary" => Truth(a[2]) ? a[0] : a[1],
        "join" => JsonValue.Create(string.Join(Show(a[0]), a[1]!.AsArray().Select(Show))),
        "has" => JsonValue.Create(a[1]!.AsArray().Any(v => JsonNode.DeepEquals(v, a[0]))),
        _ => throw new NotSupportedException($"the chart uses the function {name}"),
    };

    /// <summary>As text.</summary>
    public static string Show(JsonNode? value) => value switch
    {
        null => "",
        JsonValue scalar when scalar.TryGetValue(out string? text) => text,
        _ => value.ToJsonString(),
    };

    /// <summary>False for nothing, false, 0 and what is empty.</summary>
    public static bool Truth(JsonNode? value) => value switch
    {
        null => false,
        JsonObject map => map.Count > 0,
        JsonArray list => list.Count > 0,
        _ => value.ToJsonString() is not ("false" or "0" or "\"\""),
    };

    private static string Indented(string text, long by) => string.Join('\n', text.Split('\n').Select(l => new string(' ', (int)by) + l));

    private static string Format(List<JsonNode?> arguments)
    {
        string[] parts = Show(arguments[0]).Split("%s");
        return parts.Length == arguments.Count
            ? string.Concat(parts.Select((p, i) => p + (i + 1 < parts.Length ? Show(arguments[i + 1]) : "")))
            : throw new FormatException($"printf with {arguments.Count - 1} values: {arguments[0]}");
    }
}
