using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KdCluster.Tests;

/// <summary>Checks a document against the part of JSON Schema that the schemas here use; a keyword it does not know is an error, so that none is ignored.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    private static readonly HashSet<string> Ignored = ["$schema", "title", "description", "definitions"];

    public IReadOnlyList<string> Errors(JsonNode? value)
    {
        List<string> errors = [];
        Check(root, value, "", errors);
        return errors;
    }

    private void Check(JsonObject schema, JsonNode? value, string at, List<string> errors)
    {
        foreach ((string keyword, JsonNode? rule) in schema)
        {
            if (!Ignored.Contains(keyword) && Fault(schema, keyword, rule!, value, at, errors) is { } fault)
            {
                errors.Add($"{(at.Length == 0 ? "/" : at)}: {fault}");
            }
        }
    }

    private string? Fault(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string at, List<string> errors)
    {
        switch (keyword)
        {
            case "$ref":
                Check(root["definitions"]![rule.GetValue<string>()["#/definitions/".Length..]]!.AsObject(), value, at, errors);
                return null;
            case "type":
                string[] types = rule is JsonArray several ? [.. several.Select(t => t!.GetValue<string>())] : [rule.GetValue<string>()];
                return types.Any(t => Is(t, value)) ? null : $"is no {string.Join(" or ", types)}: {Show(value)}";
            case "enum":
                return rule.AsArray().Any(v => JsonNode.DeepEquals(v, value)) ? null : $"is none of {rule.ToJsonString()}: {Show(value)}";
            case "const":
                return JsonNode.DeepEquals(rule, value) ? null : $"is not {rule.ToJsonString()}: {Show(value)}";
            case "anyOf":
                return rule.AsArray().Any(s => new JsonSchema(With(s!.AsObject())).Errors(value).Count == 0) ? null : $"fits none of anyOf: {Show(value)}";
            default:
                return value switch
                {
                    JsonObject map => OfMap(schema, keyword, rule, map, at, errors),
                    JsonArray list => OfList(keyword, rule, list, at, errors),
                    _ => OfScalar(keyword, rule, value),
                };
        }
    }

    private string? OfMap(JsonObject schema, string keyword, JsonNode rule, JsonObject map, string at, List<string> errors)
    {
        switch (keyword)
        {
            case "properties":
                foreach ((string key, JsonNode? each) in rule.AsObject())
                {
                    if (map.TryGetPropertyValue(key, out JsonNode? inner))
                    {
                        Check(each!.AsObject(), inner, $"{at}/{key}", errors);
                    }
                }

                return null;
            case "patternProperties":
                foreach ((string key, JsonNode? inner) in map)
                {
                    foreach ((string pattern, JsonNode? each) in rule.AsObject().Where(p => Regex.IsMatch(key, p.Key)))
                    {
                        Check(each!.AsObject(), inner, $"{at}/{key}", errors);
                    }
                }

                return null;
            case "additionalProperties":
                string[] further = [.. map.Select(p => p.Key).Where(k => schema["properties"]?[k] is null && !(schema["patternProperties"]?.AsObject().Any(p => Regex.IsMatch(k, p.Key)) ?? false))];
                if (rule is JsonObject of)
                {
                    Array.ForEach(further, k => Check(of, map[k], $"{at}/{k}", errors));
                    return null;
                }

                return rule.GetValue<bool>() || further.Length == 0 ? null : $"has unknown keys {string.Join(", ", further)}";
            case "propertyNames":
                string? odd = map.Select(p => p.Key).FirstOrDefault(k => !Regex.IsMatch(k, rule["pattern"]!.GetValue<string>()));
                return odd is null ? null : $"the key {odd} is not of its form";
            case "required":
                string[] missing = [.. rule.AsArray().Select(k => k!.GetValue<string>()).Where(k => !map.ContainsKey(k))];
                return missing.Length == 0 ? null : $"lacks {string.Join(", ", missing)}";
            case "minProperties":
                return map.Count >= rule.GetValue<int>() ? null : "has too few keys";
            default:
                return Foreign(keyword, "items", "minItems", "uniqueItems", "pattern", "minimum", "maximum", "minLength");
        }
    }

    private string? OfList(string keyword, JsonNode rule, JsonArray list, string at, List<string> errors)
    {
        switch (keyword)
        {
            case "items":
                for (int i = 0; i < list.Count; i++)
                {
                    Check(rule.AsObject(), list[i], $"{at}/{i}", errors);
                }

                return null;
            case "minItems":
                return list.Count >= rule.GetValue<int>() ? null : "has too few items";
            case "uniqueItems":
                return list.Select(Show).Distinct().Count() == list.Count ? null : "has an item twice";
            default:
                return Foreign(keyword, "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties", "pattern", "minimum", "maximum", "minLength");
        }
    }

    private static string? OfScalar(string keyword, JsonNode rule, JsonNode? value)
    {
        JsonValueKind kind = value?.GetValueKind() ?? JsonValueKind.Null;
        switch (keyword)
        {
            case "pattern":
                return kind != JsonValueKind.String || Regex.IsMatch(value!.GetValue<string>(), rule.GetValue<string>()) ? null : $"is not of the form {rule}: {Show(value)}";
            case "minLength":
                return kind != JsonValueKind.String || value!.GetValue<string>().Length >= rule.GetValue<int>() ? null : "is too short";
            case "minimum":
                return kind != JsonValueKind.Number || Number(value) >= Number(rule) ? null : $"is below {rule}: {Show(value)}";
            case "maximum":
                return kind != JsonValueKind.Number || Number(value) <= Number(rule) ? null : $"is above {rule}: {Show(value)}";
            default:
                return Foreign(keyword, "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties", "items", "minItems", "uniqueItems");
        }
    }

    private static string? Foreign(string keyword, params string[] ofOtherTypes) =>
        ofOtherTypes.Contains(keyword) ? null : throw new NotSupportedException($"the schema uses {keyword}");

    private JsonObject With(JsonObject schema)
    {
        JsonObject whole = schema.DeepClone().AsObject();
        whole["definitions"] = root["definitions"]?.DeepClone();
        return whole;
    }

    private static bool Is(string type, JsonNode? value)
    {
        JsonValueKind kind = value?.GetValueKind() ?? JsonValueKind.Null;
        return type switch
        {
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "number" => kind == JsonValueKind.Number,
            "integer" => kind == JsonValueKind.Number && Number(value) == Math.Floor(Number(value)),
            "null" => kind == JsonValueKind.Null,
            _ => throw new NotSupportedException($"the schema uses the type {type}"),
        };
    }

    private static double Number(JsonNode? value) => double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "null";
}
