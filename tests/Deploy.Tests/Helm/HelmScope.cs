using System.Text.Json.Nodes;

namespace KdCluster.Tests.Helm;

/// <summary>What the dot, the dollar and the variables are.</summary>
internal sealed class HelmScope(JsonNode? dot, JsonNode? root, HelmScope? outer = null)
{
    private readonly Dictionary<string, JsonNode?> _variables = [];

    public JsonNode? Dot => dot;

    public void Set(string name, JsonNode? value) => _variables[name] = value;

    public HelmScope Inner(JsonNode? inner) => new(inner, root, this);

    /// <summary>The value of <c>.a.b</c>, <c>$</c> or <c>$x.a</c>.</summary>
    public JsonNode? Find(string path)
    {
        string[] parts = path.Split('.');
        JsonNode? value = parts[0] switch { "" => dot, "$" => root, _ => Variable(parts[0]) };
        foreach (string part in parts[1..].Where(p => p.Length > 0))
        {
            // As Go does: a field of nothing is an error, a missing key of a map is nothing.
            value = value is JsonObject map ? map[part] : throw new FormatException($"{path}: {part} of what is no map");
        }

        return value;
    }

    private JsonNode? Variable(string name) => _variables.TryGetValue(name, out JsonNode? value) ? value
        : outer is not null ? outer.Variable(name)
        : throw new FormatException($"{name} is not set");
}
