using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Walks the text of a recipe along the table and keeps what is right; all that is wrong goes to the mistakes.</summary>
internal sealed class RecipeWalker(RecipeMistakes mistakes)
{
    private readonly RecipeValues _values = new(mistakes);
    private readonly List<int> _lineStarts = [0];

    /// <summary>The sound part of the recipe.</summary>
    /// <exception cref="JsonException">The text is not JSON from some place on.</exception>
    internal JsonObject Walk(ReadOnlySpan<byte> utf8)
    {
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == '\n')
                _lineStarts.Add(i + 1);
        }

        var json = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 64 });
        json.Read();
        JsonObject root = [];
        bool isSection = json.TokenType == JsonTokenType.StartObject;
        if (isSection)
            root = Section(ref json, RecipeTable.Root, "");
        else
        {
            mistakes.AddAt("KD1003", Line(in json), "", $"a recipe is one section {{ … }}, not {RecipeValues.Words(in json)}.");
            json.Skip();
        }

        // Comments may follow; anything else is a syntax error, which Read throws.
        while (json.Read())
        {
        }

        if (!isSection)
            mistakes.ThrowIfAny();
        return root;
    }

    private JsonObject Section(ref Utf8JsonReader json, RecipeKey section, string path)
    {
        JsonObject read = [];
        Dictionary<string, int> seen = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            string name = json.GetString()!;
            int line = Line(in json);
            string at = path.Length == 0 ? name : $"{path}.{name}";
            json.Read();
            if (Array.Find(section.Keys, k => k.Name == name) is not { } key)
            {
                mistakes.AddAt("KD1002", line, at, $"there is no key \"{name}\" here.", Suggestion(name, section));
                json.Skip();
            }
            else if (!seen.TryAdd(name, line))
            {
                mistakes.AddAt("KD1007", line, at, $"\"{name}\" is given twice, first in line {seen[name]}.", "Keep one of them.");
                json.Skip();
            }
            else
            {
                mistakes.Place(at, line);
                Value(ref json, key, at, read);
            }
        }

        foreach (RecipeKey key in section.Keys.Where(k => k.Required && !seen.ContainsKey(k.Name)))
        {
            string at = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            string form = key.Choices is { } choices ? $"One of: {string.Join(", ", choices)}." : key.Doc;
            mistakes.Add("KD1004", at, $"the required key \"{key.Name}\" is missing ({key.TypeWords}).", form);
            mistakes.Invalid.Add(at);
        }

        return read;
    }

    private void Value(ref Utf8JsonReader json, RecipeKey key, string at, JsonObject into)
    {
        JsonNode? value = (key.Type, json.TokenType) switch
        {
            (RecipeKeyType.Section or RecipeKeyType.Scheduled, JsonTokenType.StartObject) => Section(ref json, key, at),
            (RecipeKeyType.Named, JsonTokenType.StartObject) => Named(ref json, key, at),
            (RecipeKeyType.Sections, JsonTokenType.StartArray) => Sections(ref json, key, at),
            (RecipeKeyType.Texts or RecipeKeyType.Wholes or RecipeKeyType.Numbers, JsonTokenType.StartArray) => List(ref json, key, at),
            (RecipeKeyType.Section or RecipeKeyType.Sections or RecipeKeyType.Named or RecipeKeyType.Texts or RecipeKeyType.Wholes or RecipeKeyType.Numbers, _) => _values.WrongType(in json, key, at),
            _ => _values.Read(in json, key, at),
        };
        if (value is null)
        {
            mistakes.Invalid.Add(at);
            json.Skip();
        }
        else
            into[key.Name] = value;
    }

    private JsonObject? Named(ref Utf8JsonReader json, RecipeKey key, string at)
    {
        JsonObject items = [];
        Dictionary<string, int> seen = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            string name = json.GetString()!;
            int line = Line(in json);
            // A name that is wrong may hold what would part a path.
            string item = key.Fits(name) ? $"{at}.{name}" : at;
            json.Read();
            if (!key.Fits(name))
            {
                mistakes.AddAt("KD1005", line, at, $"\"{name}\" is no name here.", $"Use {key.Form}.");
                json.Skip();
            }
            else if (!seen.TryAdd(name, line))
            {
                mistakes.AddAt("KD1007", line, item, $"\"{name}\" is given twice, first in line {seen[name]}.", "Keep one of them.");
                json.Skip();
            }
            else if (json.TokenType != JsonTokenType.StartObject)
            {
                mistakes.Place(item, line);
                mistakes.Add("KD1003", item, $"expected a section {{ … }}, found {RecipeValues.Words(in json)}.");
                json.Skip();
            }
            else
            {
                mistakes.Place(item, line);
                if ((key.Inner is { } inner ? Named(ref json, inner, item) : Section(ref json, key, item)) is { } one)
                    items[name] = one;
                else
                    mistakes.Invalid.Add(item);
            }
        }

        return HasEnough(seen.Count, key, at) ? items : null;
    }

    private JsonArray? Sections(ref Utf8JsonReader json, RecipeKey key, string at)
    {
        JsonArray items = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            string item = $"{at}[{items.Count}]";
            mistakes.Place(item, Line(in json));
            if (json.TokenType == JsonTokenType.StartObject)
                items.Add((JsonNode)Section(ref json, key, item));
            else
            {
                mistakes.Add("KD1003", item, $"expected a section {{ … }}, found {RecipeValues.Words(in json)}.");
                json.Skip();
                items.Add((JsonNode)new JsonObject());
            }
        }

        return HasEnough(items.Count, key, at) ? items : null;
    }

    private JsonArray? List(ref Utf8JsonReader json, RecipeKey key, string at)
    {
        JsonArray items = [];
        bool sound = true;
        int index = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            string item = $"{at}[{index++}]";
            mistakes.Place(item, Line(in json));
            JsonNode? value = _values.Read(in json, key, item);
            json.Skip();
            sound &= value is not null;
            if (value is not null)
                items.Add(value);
        }

        return HasEnough(index, key, at) && sound ? items : null;
    }

    private bool HasEnough(int items, RecipeKey key, string at)
    {
        if (items < key.MinItems)
            mistakes.Add("KD1005", at, $"needs at least {key.MinItems} item{(key.MinItems == 1 ? "" : "s")}, has {items}.");
        return items >= key.MinItems;
    }

    private int Line(in Utf8JsonReader json)
    {
        int found = _lineStarts.BinarySearch((int)json.TokenStartIndex);
        return found >= 0 ? found + 1 : ~found;
    }

    private static string Suggestion(string name, RecipeKey section)
    {
        if (NearestName.Of(name, section.Keys.Select(k => k.Name)) is { } near)
            return $"Did you mean \"{near}\"?";
        RecipeKey? other = Array.Find(RecipeTable.Root.Keys, s => s.Keys.Any(k => k.Name == name));
        return other is not null
            ? $"Did you mean \"{other.Name}.{name}\"?"
            : $"Known here: {string.Join(", ", section.Keys.Select(k => k.Name).Where(k => k[0] != '$'))}.";
    }
}
