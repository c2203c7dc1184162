using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>The JSON schema of a recipe, for editors: <c>recipes/recipe.schema.json</c>.</summary>
public static class RecipeSchema
{
    /// <summary>The schema (JSON Schema 2020-12) as indented JSON. What one key cannot show, such as contradictions, only <see cref="RecipeReader"/> knows.</summary>
    public static string Generate()
    {
        JsonObject root = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "KdCluster recipe",
        };
        foreach ((string name, JsonNode? value) in Section(RecipeTable.Root, ""))
            root[name] = value?.DeepClone();
        Refer(root, "#", new Dictionary<string, string>(StringComparer.Ordinal));
        return RecipeJson.ToText(root);
    }

    // A section that was written before is referred to: stages, variants and `full` repeat most of a recipe.
    private static void Refer(JsonNode node, string pointer, Dictionary<string, string> written)
    {
        foreach ((string step, JsonNode child) in Children(node))
        {
            string at = $"{pointer}/{step}";
            if (child is JsonObject section && section.ContainsKey("properties") && section.Parent is { } parent)
            {
                string text = section.ToJsonString();
                if (written.TryGetValue(text, out string? first))
                {
                    JsonObject reference = new() { ["description"] = section["description"]?.DeepClone(), ["$ref"] = first };
                    if (parent is JsonObject owner)
                        owner[step] = reference;
                    else
                        parent.AsArray()[section.GetElementIndex()] = reference;
                    continue;
                }

                written[text] = at;
            }

            Refer(child, at, written);
        }
    }

    private static List<(string Step, JsonNode Child)> Children(JsonNode node) => node switch
    {
        JsonObject o => [.. o.Where(p => p.Value is not null).Select(p => (p.Key, p.Value!))],
        JsonArray a => [.. a.Index().Where(i => i.Item is not null).Select(i => (i.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), i.Item!))],
        _ => [],
    };

    private static JsonObject Section(RecipeKey section, string path)
    {
        JsonObject properties = [];
        foreach (RecipeKey key in section.Keys)
            properties[key.Name] = Key(key, path.Length == 0 ? key.Name : $"{path}.{key.Name}");
        JsonObject schema = new()
        {
            ["description"] = section.Doc,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        if (section.Keys.Any(k => k.Required))
            schema["required"] = new JsonArray([.. section.Keys.Where(k => k.Required).Select(k => (JsonNode)k.Name)]);
        if (section == RecipeTableData.Data)
            schema["oneOf"] = new JsonArray(Requires("builtIn"), Requires("train"));
        return schema;
    }

    private static JsonObject Requires(string key) => new() { ["required"] = new JsonArray((JsonNode)key) };

    private static JsonObject Key(RecipeKey key, string path)
    {
        JsonObject schema = key.Type switch
        {
            RecipeKeyType.Section => Section(key, path),
            RecipeKeyType.Sections => new() { ["type"] = "array", ["items"] = Section(key with { Doc = "One of them." }, $"{path}[]"), ["minItems"] = key.MinItems },
            RecipeKeyType.Named => new()
            {
                ["type"] = "object",
                ["propertyNames"] = new JsonObject { ["pattern"] = key.Pattern },
                ["additionalProperties"] = key.Inner is { } inner ? Key(inner, $"{path}[]") : Section(key with { Doc = "One of them." }, $"{path}[]"),
            },
            RecipeKeyType.Texts => new() { ["type"] = "array", ["items"] = Value(key, "string"), ["minItems"] = key.MinItems, ["uniqueItems"] = true },
            RecipeKeyType.Numbers => new() { ["type"] = "array", ["items"] = Value(key, "number"), ["minItems"] = key.MinItems },
            RecipeKeyType.Wholes => new() { ["type"] = "array", ["items"] = Value(key, "integer"), ["minItems"] = key.MinItems, ["uniqueItems"] = true },
            RecipeKeyType.Column => new() { ["type"] = new JsonArray("string", "integer"), ["minLength"] = 1, ["minimum"] = 0 },
            RecipeKeyType.Flag => Value(key, "boolean"),
            RecipeKeyType.Whole => Value(key, "integer"),
            RecipeKeyType.Number => Value(key, "number"),
            RecipeKeyType.Scheduled => new() { ["oneOf"] = new JsonArray(Value(key, "number"), Section(key with { Doc = "A number that changes with the steps." }, $"{path}[]")) },
            _ => Value(key, "string"),
        };
        schema["description"] = key.Only is { } only ? $"{key.Doc} Only {only.When}." : key.Doc;
        if (key.Type != RecipeKeyType.Section && RecipeTree.Default(path) is { } value)
            schema["default"] = value.DeepClone();
        return schema;
    }

    private static JsonObject Value(RecipeKey key, string type)
    {
        JsonObject schema = new() { ["type"] = type };
        if (key.Choices is { } choices)
            schema["enum"] = new JsonArray([.. choices.Select(c => (JsonNode)c)]);
        if (key.Pattern is { } pattern)
            schema["pattern"] = pattern;
        if (key.Min is { } min)
            schema[key.AboveMin ? "exclusiveMinimum" : "minimum"] = Bound(min);
        if (key.Max is { } max)
            schema[key.BelowMax ? "exclusiveMaximum" : "maximum"] = Bound(max);
        return schema;
    }

    private static JsonNode Bound(double value) => value == Math.Truncate(value) ? (long)value : value;
}
