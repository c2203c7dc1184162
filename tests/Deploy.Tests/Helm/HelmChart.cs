using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KdCluster.Tests.Yaml;

namespace KdCluster.Tests.Helm;

/// <summary>Renders the chart as <c>helm template</c> does, for the part of the language that it uses.</summary>
internal sealed class HelmChart
{
    private readonly Dictionary<string, List<HelmNode>> _defined = [];
    private readonly SortedDictionary<string, List<HelmNode>> _templates = new(StringComparer.Ordinal);

    private HelmChart(string folder)
    {
        Info = YamlReader.Document(File.ReadAllText(Path.Combine(folder, "Chart.yaml"))).AsObject();
        Values = YamlReader.Document(File.ReadAllText(Path.Combine(folder, "values.yaml"))).AsObject();
        Schema = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "values.schema.json")))!.AsObject();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(folder, "templates")))
        {
            _templates.Add(Path.GetFileName(file), new HelmParser(File.ReadAllText(file).ReplaceLineEndings("\n"), _defined).Parse());
        }
    }

    public JsonObject Info { get; }

    /// <summary>The chart's own values.</summary>
    public JsonObject Values { get; }

    public JsonObject Schema { get; }

    public static HelmChart Load(string folder) => new(folder);

    /// <summary>The values with others laid over them: maps are joined, everything else is replaced.</summary>
    public JsonObject With(JsonObject? values)
    {
        JsonObject all = Values.DeepClone().AsObject();
        Lay(all, values ?? []);
        return all;
    }

    /// <summary>Each template's text by file name; those that start with an underscore only define.</summary>
    public IReadOnlyDictionary<string, string> Render(JsonObject? values = null, string release = "kdcluster", string @namespace = "kdcluster")
    {
        JsonObject all = With(values);
        IReadOnlyList<string> errors = new SchemaCheck(Schema).Errors(all);
        if (errors.Count > 0)
        {
            throw new FormatException(string.Join('\n', errors));
        }

        JsonObject root = new()
        {
            ["Values"] = all,
            ["Release"] = new JsonObject { ["Name"] = release, ["Namespace"] = @namespace, ["Service"] = "Helm" },
            ["Chart"] = new JsonObject { ["Name"] = Info["name"]!.DeepClone(), ["Version"] = Info["version"]!.DeepClone(), ["AppVersion"] = Info["appVersion"]!.DeepClone() },
        };
        return _templates.Where(t => !t.Key.StartsWith('_')).ToDictionary(t => t.Key, t => Text(t.Value, Scope(root, root)));
    }

    private static HelmScope Scope(JsonNode? dot, JsonNode root) => new(dot, root);

    private static void Lay(JsonObject below, JsonObject above)
    {
        foreach ((string key, JsonNode? value) in above)
        {
            if (below[key] is JsonObject inner && value is JsonObject over)
            {
                Lay(inner, over);
            }
            else
            {
                below[key] = value?.DeepClone();
            }
        }
    }

    private string Text(List<HelmNode> nodes, HelmScope scope)
    {
        StringBuilder text = new();
        foreach (HelmNode node in nodes)
        {
            switch (node)
            {
                case HelmNode.Plain plain:
                    text.Append(plain.Text);
                    break;
                case HelmNode.Output output:
                    text.Append(HelmFunctions.Show(Value(output.Pipeline, scope)));
                    break;
                case HelmNode.Set set:
                    scope.Set(set.Name, Value(set.Pipeline, scope));
                    break;
                case HelmNode.If choice:
                    text.Append(Text(HelmFunctions.Truth(Value(choice.Pipeline, scope)) ? choice.Then : choice.Else, scope.Inner(scope.Dot)));
                    break;
                case HelmNode.With with:
                    JsonNode? dot = Value(with.Pipeline, scope);
                    text.Append(HelmFunctions.Truth(dot) ? Text(with.Then, scope.Inner(dot)) : Text(with.Else, scope.Inner(scope.Dot)));
                    break;
                case HelmNode.Range range:
                    Repeat(range, scope, text);
                    break;
            }
        }

        return text.ToString();
    }

    private void Repeat(HelmNode.Range range, HelmScope scope, StringBuilder text)
    {
        JsonNode? over = Value(range.Pipeline, scope);
        IEnumerable<(JsonNode Key, JsonNode? Value)> items = over switch
        {
            null => [],
            JsonObject map => map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((JsonNode)JsonValue.Create(p.Key), p.Value)),
            JsonArray list => list.Select((v, i) => ((JsonNode)JsonValue.Create(i), v)),
            _ => throw new FormatException($"range over {over.ToJsonString()}"),
        };
        foreach ((JsonNode key, JsonNode? value) in items)
        {
            HelmScope inner = scope.Inner(value);
            if (range.Key is not null)
            {
                inner.Set(range.Key, key);
                inner.Set(range.Value!, value);
            }

            text.Append(Text(range.Each, inner));
        }
    }

    private JsonNode? Value(string pipeline, HelmScope scope)
    {
        List<string> words = HelmToken.Words(pipeline);
        int at = 0;
        JsonNode? value = Pipeline(words, ref at, scope);
        return at == words.Count ? value : throw new FormatException($"after a pipeline: {words[at]} in {pipeline}");
    }

    private JsonNode? Pipeline(List<string> words, ref int at, HelmScope scope)
    {
        JsonNode? value = Command(words, ref at, scope, [], last: false);
        while (at < words.Count && words[at] == "|")
        {
            at++;
            value = Command(words, ref at, scope, [value], last: true);
        }

        return value;
    }

    private JsonNode? Command(List<string> words, ref int at, HelmScope scope, List<JsonNode?> piped, bool last)
    {
        string first = words[at];
        if (first == "(" || !char.IsAsciiLetter(first[0]) || first is "true" or "false")
        {
            return last ? throw new FormatException($"{first} is no function") : Operand(words, ref at, scope);
        }

        at++;
        List<JsonNode?> arguments = [];
        while (at < words.Count && words[at] is not (")" or "|"))
        {
            arguments.Add(Operand(words, ref at, scope));
        }

        arguments.AddRange(piped);
        return first == "include"
            ? JsonValue.Create(Included(arguments[0]!.GetValue<string>(), arguments[1], scope))
            : HelmFunctions.Call(first, arguments);
    }

    private string Included(string name, JsonNode? dot, HelmScope scope) =>
        _defined.TryGetValue(name, out List<HelmNode>? body) ? Text(body, Scope(dot, dot!)) : throw new FormatException($"{name} is not defined, in the scope of {scope.Dot}");

    private JsonNode? Operand(List<string> words, ref int at, HelmScope scope)
    {
        string word = words[at++];
        switch (word[0])
        {
            case '(':
                JsonNode? value = Pipeline(words, ref at, scope);
                return words[at++] == ")" ? value : throw new FormatException("a bracket is not closed");
            case '"':
                return JsonValue.Create(word[1..]);
            case '.' or '$':
                return scope.Find(word);
            default:
                return word is "true" or "false" ? JsonValue.Create(word == "true")
                    : long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? JsonValue.Create(number)
                    : throw new FormatException($"{word} is no value");
        }
    }
}
