using System.Text.Json.Nodes;

namespace KdCluster.Tests.Yaml;

/// <summary>
/// Reads the part of YAML that the deployment files use, and refuses the rest: block and one-line flow collections, quoted and plain scalars, block scalars,
/// anchors, aliases and merges. A package for YAML is not in every feed; where Python has one, a test reads all files with both.
/// </summary>
internal sealed class YamlReader
{
    private readonly List<YamlLine> _lines;
    private readonly Dictionary<string, JsonNode?> _anchors = [];
    private int _at;

    private YamlReader(List<YamlLine> lines) => _lines = lines;

    /// <summary>Every document; empty ones are left out.</summary>
    public static IReadOnlyList<JsonNode> Documents(string text)
    {
        List<JsonNode> documents = [];
        List<YamlLine> lines = [];
        int number = 0;
        foreach (string line in text.Split('\n').Append("---"))
        {
            number++;
            if (line.TrimEnd() != "---")
            {
                lines.Add(new YamlLine(number, line));
                continue;
            }

            YamlReader reader = new(lines);
            reader.SkipEmpty();
            if (reader._at < lines.Count)
            {
                documents.Add(reader.Block(reader.Here.Indent) ?? throw new FormatException("a document is null"));
                reader.SkipEmpty();
                Refuse(reader._at < lines.Count, reader, "indentation");
            }

            lines = [];
        }

        return documents;
    }

    public static JsonNode Document(string text) => Assert.Single(Documents(text));

    private YamlLine Here => _lines[_at];

    private bool AtEnd => _at >= _lines.Count;

    private static void Refuse(bool wrong, YamlReader reader, string what)
    {
        if (wrong)
        {
            throw new FormatException($"line {(reader.AtEnd ? "last" : reader.Here.Number)}: {what}");
        }
    }

    private void SkipEmpty()
    {
        while (!AtEnd && Here.Content.Length == 0)
        {
            _at++;
        }
    }

    private JsonNode? Block(int indent)
    {
        SkipEmpty();
        return YamlLine.IsItem(Here.Content) ? Sequence(indent) : YamlLine.KeyEnd(Here.Content) >= 0 ? Mapping(indent) : Flow(Take().Content);
    }

    private YamlLine Take() => _lines[_at++];

    private JsonArray Sequence(int indent)
    {
        JsonArray items = [];
        for (SkipEmpty(); !AtEnd && Here.Indent == indent && YamlLine.IsItem(Here.Content); SkipEmpty())
        {
            string rest = Here.Content[1..];
            int inner = indent + 1 + (rest.Length - rest.TrimStart().Length);
            rest = rest.Trim();
            if (rest.Length > 0 && YamlLine.KeyEnd(rest) >= 0 && rest[0] is not ('{' or '[' or '"' or '\''))
            {
                // A mapping that begins behind the dash: read it as if it stood on a line of its own.
                _lines[_at] = Here.At(inner, rest);
                items.Add(Mapping(inner));
            }
            else
            {
                _at++;
                items.Add(Value(rest, indent));
            }
        }

        return items;
    }

    private JsonObject Mapping(int indent)
    {
        JsonObject map = [];
        JsonObject? merged = null;
        for (SkipEmpty(); !AtEnd && Here.Indent == indent && !YamlLine.IsItem(Here.Content); SkipEmpty())
        {
            int end = YamlLine.KeyEnd(Here.Content);
            Refuse(end < 0, this, "no key");
            string key = YamlScalar.Text(Here.Content[..end].Trim());
            string rest = Here.Content[(end + 1)..].Trim();
            Refuse(map.ContainsKey(key), this, $"{key} twice");
            _at++;
            JsonNode? value = Value(rest, indent);
            if (key == "<<")
            {
                merged = value!.AsObject();
            }
            else
            {
                map[key] = value;
            }
        }

        foreach ((string key, JsonNode? value) in merged ?? [])
        {
            map.TryAdd(key, value?.DeepClone());
        }

        return map;
    }

    private JsonNode? Value(string rest, int indent)
    {
        string? anchor = null;
        if (rest.StartsWith('&'))
        {
            int end = rest.IndexOf(' ', StringComparison.Ordinal);
            anchor = end < 0 ? rest[1..] : rest[1..end];
            rest = end < 0 ? "" : rest[end..].Trim();
        }

        JsonNode? value = rest.StartsWith('*') ? _anchors[rest[1..]]?.DeepClone()
            : rest is "|" or "|-" or ">" or ">-" ? BlockScalar(rest, indent)
            : rest.Length > 0 ? Flow(rest)
            : Below(indent);
        if (anchor is not null)
        {
            _anchors[anchor] = value?.DeepClone();
        }

        return value;
    }

    // A sequence may stand at its key's own indentation.
    private JsonNode? Below(int indent)
    {
        SkipEmpty();
        return AtEnd || Here.Indent < indent || (Here.Indent == indent && !YamlLine.IsItem(Here.Content)) ? null : Block(Here.Indent);
    }

    private JsonValue BlockScalar(string style, int indent)
    {
        List<string> lines = [];
        int? inner = null;
        while (!AtEnd && (Here.Raw.Trim().Length == 0 || YamlLine.Depth(Here.Raw) > indent))
        {
            string raw = Take().Raw;
            inner ??= YamlLine.Depth(raw);
            lines.Add(raw.Trim().Length == 0 ? "" : raw[inner.Value..]);
        }

        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        string text = string.Join(style[0] == '|' ? '\n' : ' ', lines);
        return JsonValue.Create(style.EndsWith('-') ? text : text + "\n");
    }

    private JsonNode? Flow(string text)
    {
        YamlFlow flow = new(text, _anchors);
        return flow.Whole();
    }
}
