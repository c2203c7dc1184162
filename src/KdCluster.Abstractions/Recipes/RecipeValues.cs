using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Reads single values, or items of a list, against their key; null after a mistake.</summary>
internal sealed class RecipeValues(RecipeMistakes mistakes)
{
    internal JsonNode? Read(in Utf8JsonReader json, RecipeKey key, string at) => (key.Type, json.TokenType) switch
    {
        (RecipeKeyType.Text or RecipeKeyType.Texts, JsonTokenType.String) => Text(json.GetString()!, key, at),
        (RecipeKeyType.Column, JsonTokenType.String) => Column(json.GetString()!, at),
        (RecipeKeyType.Column, JsonTokenType.Number) => Position(in json, at),
        (RecipeKeyType.Flag, JsonTokenType.True or JsonTokenType.False) => JsonValue.Create(json.GetBoolean()),
        (RecipeKeyType.Whole or RecipeKeyType.Wholes, JsonTokenType.Number) => Whole(in json, key, at),
        (RecipeKeyType.Number or RecipeKeyType.Numbers or RecipeKeyType.Scheduled, JsonTokenType.Number) => Number(in json, key, at),
        _ => WrongType(in json, key, at),
    };

    internal JsonNode? WrongType(in Utf8JsonReader json, RecipeKey key, string at)
    {
        string expected = at.EndsWith(']') ? key.Type switch { RecipeKeyType.Texts => "a text", RecipeKeyType.Wholes => "a whole number", RecipeKeyType.Numbers => "a number", _ => key.TypeWords } : key.TypeWords;
        string? remedy = json.TokenType == JsonTokenType.Null ? "Leave the key out to take its default." : null;
        mistakes.Add("KD1003", at, $"expected {expected}, found {Words(in json)}.", remedy);
        return null;
    }

    internal static string Words(in Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.String => $"the text \"{json.GetString()}\"",
        JsonTokenType.Number => $"the number {Raw(in json)}",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "a list",
        _ => "a section",
    };

    private JsonNode? Text(string value, RecipeKey key, string at)
    {
        if (key.Choices is { } choices && !choices.Contains(value))
        {
            string near = NearestName.Of(value, choices) is { } name ? $"Did you mean \"{name}\"? " : "";
            mistakes.Add("KD1006", at, $"there is no \"{value}\".", $"{near}Known: {string.Join(", ", choices)}.");
            return null;
        }

        if (!key.Fits(value))
        {
            // What has an '@' in it may be an address with a password, too badly written to tell where that begins.
            mistakes.Add("KD1005", at, value.Contains('@', StringComparison.Ordinal) ? $"the text is not {key.Form}." : $"\"{value}\" is not {key.Form}.");
            return null;
        }

        return JsonValue.Create(value);
    }

    private JsonNode? Column(string value, string at)
    {
        if (value.Length > 0)
            return JsonValue.Create(value);
        mistakes.Add("KD1005", at, "a column's name must not be empty.");
        return null;
    }

    private JsonNode? Position(in Utf8JsonReader json, string at)
    {
        if (json.TryGetInt32(out int position) && position >= 0)
            return JsonValue.Create(position.ToString(System.Globalization.CultureInfo.InvariantCulture));
        mistakes.Add("KD1005", at, $"{Raw(in json)} is not a position of a column.", "Positions are whole numbers and start at 0.");
        return null;
    }

    private JsonNode? Whole(in Utf8JsonReader json, RecipeKey key, string at)
    {
        string raw = Raw(in json);
        if (json.TryGetInt64(out long value))
            return key.InRange(value) ? JsonValue.Create(value) : OutOfRange(raw, key, at);
        return raw.AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? OutOfRange(raw, key, at) : WrongType(in json, key, at);
    }

    private JsonNode? Number(in Utf8JsonReader json, RecipeKey key, string at) =>
        json.TryGetDouble(out double value) && key.InRange(value) ? JsonValue.Create(value) : OutOfRange(Raw(in json), key, at);

    private JsonNode? OutOfRange(string raw, RecipeKey key, string at)
    {
        mistakes.Add("KD1005", at, $"{raw} is out of range.", $"Allowed: {key.Range ?? "64-bit whole numbers"}.");
        return null;
    }

    private static string Raw(in Utf8JsonReader json) => Encoding.UTF8.GetString(json.ValueSpan);
}
