using System.Text.Json;
using KdCluster.Recipes;

namespace KdCluster.Learning.Data.Readers;

/// <summary>One JSON object a line; empty lines are passed over. Labels may be strings, whole numbers or booleans; scores any number.</summary>
internal sealed class JsonLinesReader : IRowReader
{
    public string Format => "jsonl";

    public IReadOnlyList<string> Endings => [".jsonl", ".ndjson"];

    public IEnumerable<RawRow> Read(Stream stream, string file, DataSpec spec, ReaderNotes notes, LabelKind labels = LabelKind.Class)
    {
        LineSource lines = new(stream, file);
        bool isFirst = true;
        foreach (TextLine line in lines.Lines())
        {
            if (line.Text.Length == 0)
                continue;
            RawRow row;
            try
            {
                using var json = JsonDocument.Parse(line.Text, new JsonDocumentOptions { AllowDuplicateProperties = false });
                if (isFirst && json.RootElement.ValueKind == JsonValueKind.Object)
                {
                    isFirst = false;
                    RequireColumns(json.RootElement, spec.Columns, labels, $"{lines.File}:{line.Number}");
                }
                row = Row(json.RootElement, spec.Columns, line.Number, labels);
                if (row.Problem is null && labels != LabelKind.None)
                    CountKind(notes, json.RootElement.GetProperty(spec.Columns.Label).ValueKind);
            }
            // InvalidOperationException: an escaped half of a surrogate pair, which is no text.
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                row = RawRow.Bad(line.Number, e is JsonException ? "invalid JSON" : "a string holds half a surrogate pair");
            }
            yield return row;
        }
    }

    private static void RequireColumns(JsonElement first, ColumnSpec columns, LabelKind labels, string where)
    {
        string present = string.Join(", ", first.EnumerateObject().Select(p => p.Name));
        var errors = new List<KdError>();
        foreach ((string key, string? name) in (ReadOnlySpan<(string, string?)>)[("text", columns.Text), ("pair", columns.Pair), ("label", labels == LabelKind.None ? null : columns.Label)])
        {
            if (name is not null && !first.TryGetProperty(name, out _))
                errors.Add(new KdError("KD1103", $"there is no property '{name}': the object has {present}.", where, $"Set data.columns.{key}."));
        }
        if (errors.Count > 0)
            throw new KdException(errors);
    }

    private static RawRow Row(JsonElement json, ColumnSpec columns, int line, LabelKind labels)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return RawRow.Bad(line, "not a JSON object");
        string? pair = null;
        string label = "";
        if (!TryText(json, columns.Text, out string text, out string problem)
            || (columns.Pair is not null && !TryText(json, columns.Pair, out pair, out problem))
            || (labels != LabelKind.None && !TryLabel(json, columns.Label, labels == LabelKind.Score, out label, out problem)))
            return RawRow.Bad(line, problem);
        return new RawRow(line, text, pair, label, null);
    }

    private static void CountKind(ReaderNotes notes, JsonValueKind kind)
    {
        string name = kind switch { JsonValueKind.String => "text", JsonValueKind.Number => "numbers", _ => "true or false" };
        notes.LabelKinds[name] = notes.LabelKinds.GetValueOrDefault(name) + 1;
    }

    private static bool TryText(JsonElement json, string name, out string text, out string problem)
    {
        text = problem = "";
        if (json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String)
            text = value.GetString()!;
        else
            problem = $"'{name}' is not a string";
        return problem.Length == 0;
    }

    private static bool TryLabel(JsonElement json, string name, bool scores, out string label, out string problem)
    {
        label = problem = "";
        JsonValueKind kind = json.TryGetProperty(name, out JsonElement value) ? value.ValueKind : JsonValueKind.Undefined;
        if (kind == JsonValueKind.String)
            label = value.GetString()!;
        else if (kind is JsonValueKind.True or JsonValueKind.False || (kind == JsonValueKind.Number && (scores || value.TryGetInt64(out _))))
            label = value.GetRawText();
        // JSON has one kind of number: 2.0 is 2.
        else if (kind == JsonValueKind.Number && LabelNames.WithoutZeros(value.GetRawText()) is { } number && !number.Contains('.', StringComparison.Ordinal))
            label = number;
        else
            problem = $"'{name}' is neither a string nor a {(scores ? "number" : "whole number")}";
        return problem.Length == 0;
    }
}
