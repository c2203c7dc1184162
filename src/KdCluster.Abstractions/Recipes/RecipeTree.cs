using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>A recipe by key path: what was given, else the default. What was given wrongly is unknown, so that one mistake is not reported twice.</summary>
/// <param name="given">What the file says, wrong values left out.</param>
/// <param name="invalid">Paths of the wrong values.</param>
internal sealed class RecipeTree(JsonObject given, IReadOnlySet<string> invalid)
{
    private static readonly JsonObject Defaults = MakeDefaults();

    internal JsonObject Given => given;

    /// <summary>The default of a key, null when it has none.</summary>
    internal static JsonNode? Default(string path) => Find(Defaults, path);

    internal bool IsGiven(string path) => Find(given, path) is not null;

    internal bool Unknown(string path)
    {
        for (int end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (invalid.Contains(path[..end]))
                return true;
        }

        return false;
    }

    internal string? Text(string path) => Value(path)?.GetValue<string>();

    internal double? Number(string path) => Value(path) is { } node ? node.Deserialize<double>(RecipeJson.Options) : null;

    internal bool? Flag(string path) => Value(path)?.GetValue<bool>();

    internal int? Count(string path) => (Value(path) as JsonArray)?.Count;

    internal string[]? Texts(string path) => Value(path) is JsonArray items ? [.. items.Select(i => i!.GetValue<string>())] : null;

    internal decimal[]? Numbers(string path) => Value(path) is JsonArray items ? [.. items.Select(i => i.Deserialize<decimal>())] : null;

    private JsonNode? Value(string path) => Unknown(path) ? null : Find(given, path) ?? Default(path);

    private static JsonNode? Find(JsonObject root, string path)
    {
        JsonNode? node = root;
        foreach (string name in path.Split('.'))
            node = (node as JsonObject)?[name];
        return node;
    }

    private static JsonObject MakeDefaults()
    {
        JsonObject all = RecipeJson.ToObject(new Recipe { Name = "", Data = new DataSpec(), Student = new ModelSpec { Kind = "" } });
        all.Remove("name");
        all["student"]!.AsObject().Remove("kind");
        return all;
    }
}
