using System.Globalization;
using System.Text.Json;
using KdCluster.Learning.Data;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>The labels in a published <c>config.json</c>, which may leave them out.</summary>
internal static class FamilyLabels
{
    // What transformers has where a file says nothing.
    private const int UsualCount = 2;
    private const int Most = 1 << 20;

    /// <summary><c>id2label</c>; without it <c>LABEL_0</c> and so on, as many as <c>num_labels</c> says; a single label is the score of a regression.</summary>
    /// <exception cref="FormatException">The numbers are not 0, 1, … or are not those of <c>label2id</c>.</exception>
    public static LabelSpace Read(JsonElement json)
    {
        string[] names = json.TryGetProperty("id2label", out JsonElement given) && given.ValueKind == JsonValueKind.Object ? Ordered(given)
            : [.. Enumerable.Range(0, Count(json)).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))];
        if (json.TryGetProperty("label2id", out JsonElement numbers) && numbers.ValueKind == JsonValueKind.Object && given.ValueKind == JsonValueKind.Object
            && (numbers.GetPropertyCount() != names.Length || names.Where((name, i) => !numbers.TryGetProperty(name, out JsonElement number) || number.GetInt32() != i).Any()))
            throw new FormatException("id2label and label2id disagree");
        return names.Length == 1 ? LabelSpace.Score : new LabelSpace(names);
    }

    private static string[] Ordered(JsonElement names) => [.. Enumerable.Range(0, names.GetPropertyCount()).Select(i =>
        names.TryGetProperty(i.ToString(CultureInfo.InvariantCulture), out JsonElement name) ? name.GetString() ?? "" : throw new FormatException($"id2label has no {i}"))];

    private static int Count(JsonElement json)
    {
        int count = json.TryGetProperty("num_labels", out JsonElement given) ? given.GetInt32() : UsualCount;
        return count is >= 0 and <= Most ? count : throw new FormatException($"num_labels is {count}");
    }
}
