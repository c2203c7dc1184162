using System.Text.Json.Nodes;

namespace KdCluster.Tests.Yaml;

/// <summary>A value on one line: a scalar, <c>[a, b]</c> or <c>{ a: b }</c>.</summary>
internal sealed class YamlFlow(string text, IReadOnlyDictionary<string, JsonNode?> anchors)
{
    private int _at;

    public JsonNode? Whole()
    {
        if (text[0] is not ('[' or '{' or '"' or '\''))
        {
            // A plain scalar in block style may hold anything.
            return YamlScalar.Plain(text);
        }

        JsonNode? value = Next();
        Blanks();
        return _at == text.Length ? value : throw new FormatException($"after a value: {text[_at..]}");
    }

    private char Here => _at < text.Length ? text[_at] : throw new FormatException($"ends within a collection: {text}");

    private void Blanks()
    {
        while (_at < text.Length && text[_at] == ' ')
        {
            _at++;
        }
    }

    private JsonNode? Next()
    {
        Blanks();
        switch (Here)
        {
            case '[':
                return Items();
            case '{':
                return Pairs();
            case '"' or '\'':
                return JsonValue.Create(Quoted());
            default:
                string plain = PlainText();
                return plain.StartsWith('*') ? anchors[plain[1..]]?.DeepClone() : YamlScalar.Plain(plain);
        }
    }

    private JsonArray Items()
    {
        JsonArray items = [];
        _at++;
        for (Blanks(); Here != ']'; Blanks())
        {
            items.Add(Next());
            Separator(']');
        }

        _at++;
        return items;
    }

    private JsonObject Pairs()
    {
        JsonObject pairs = [];
        _at++;
        for (Blanks(); Here != '}'; Blanks())
        {
            string key = Here is '"' or '\'' ? Quoted() : PlainText();
            Blanks();
            if (Here != ':')
            {
                throw new FormatException($"a key without a value: {text}");
            }

            _at++;
            pairs.Add(key, Next());
            Separator('}');
        }

        _at++;
        return pairs;
    }

    private void Separator(char end)
    {
        Blanks();
        if (Here == ',')
        {
            _at++;
        }
        else if (Here != end)
        {
            throw new FormatException($"neither , nor {end}: {text[_at..]}");
        }
    }

    private string PlainText()
    {
        int start = _at;
        while (_at < text.Length && text[_at] is not (',' or ']' or '}' or '[' or '{') && !(text[_at] == ':' && (_at + 1 == text.Length || text[_at + 1] == ' ')))
        {
            _at++;
        }

        return text[start.._at].Trim();
    }

    private string Quoted()
    {
        int start = _at;
        char quote = text[_at++];
        while (Here != quote || IsDoubled(quote))
        {
            _at += (Here == '\\' && quote == '"') || Here == quote ? 2 : 1;
        }

        _at++;
        return YamlScalar.Text(text[start.._at]);
    }

    // '' stands for ' between single quotes.
    private bool IsDoubled(char quote) => quote == '\'' && _at + 1 < text.Length && text[_at + 1] == quote;
}
