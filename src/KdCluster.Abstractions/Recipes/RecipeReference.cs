using System.Text;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>The tables of <c>docs/recipe.md</c>: every key with its values, default and meaning.</summary>
public static class RecipeReference
{
    /// <summary>Markdown: one table per section. A section with the keys of an earlier one says so instead of telling them again.</summary>
    public static string Generate()
    {
        StringBuilder text = new();
        Dictionary<string, string> told = new(StringComparer.Ordinal);
        Table(text, RecipeTable.Root, "", "The recipe", told);
        Table(text, new RecipeKey("schedule", RecipeKeyType.Section, "A number that depends on the step, instead of a constant. It depends on nothing else, so a resumed run gets the same values.") { Keys = RecipeTableTerms.Schedule }, "schedule", "A schedule", told);
        Losses(text);
        return text.ToString();
    }

    private static void Table(StringBuilder text, RecipeKey section, string path, string title, Dictionary<string, string> told)
    {
        told[Rows(section, path)] = title;
        text.Append($"### {title}\n\n{section.Doc}{Only(section)}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        RecipeKey[] inner = [.. section.Keys.Where(k => k.Keys.Length > 0 && k.Type != RecipeKeyType.Scheduled)];
        foreach (RecipeKey key in section.Keys)
            text.Append(Row(key, path, inner.Contains(key) ? told.GetValueOrDefault(Rows(key, Inside(key, path))) : null));
        text.Append('\n');
        foreach (RecipeKey key in inner.Where(k => !told.ContainsKey(Rows(k, Inside(k, path)))))
            Table(text, key, Inside(key, path), $"`{Join(path, key.Name)}`", told);
    }

    private static string Rows(RecipeKey section, string path) => string.Concat(section.Keys.Select(k => Row(k, path, null) + (k.Type == RecipeKeyType.Scheduled ? "" : Rows(k, Inside(k, path)))));

    private static string Row(RecipeKey key, string path, string? same) =>
        $"| `{key.Name}` | {Values(key)} | {Default(key, Join(path, key.Name))} | {key.Doc.Replace("|", "\\|")}{Only(key)}{(same is null ? "" : $" Its keys are those of {same}.")} |\n";

    private static string Inside(RecipeKey key, string path) => Join(path, key.Name) + (key.Type == RecipeKeyType.Sections ? "[]" : key.Type == RecipeKeyType.Named ? ".NAME" : "");

    private static void Losses(StringBuilder text)
    {
        text.Append("### The losses\n\ns: the student's, z or t: a teacher's, q and p: their softmax, y: the label. Every loss is a mean over the instances.\n\n| loss | what it is | keys, with their defaults |\n| --- | --- | --- |\n");
        foreach (RecipeLoss loss in RecipeTableLosses.All)
        {
            IEnumerable<string> keys = loss.Options.Select(o => FormattableString.Invariant($"`{o.Key}` {o.Value:R}")).Concat(loss.Keys.Select(k => $"`{k}`"));
            text.Append($"| `{loss.Name}` | {loss.Doc.Replace("|", "\\|")} | {string.Join(", ", keys)} |\n");
        }

        text.Append('\n');
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Only(RecipeKey key) => key.Only is { } only ? $" Only {only.When}." : "";

    private static string Values(RecipeKey key)
    {
        string values = key.Choices is { } choices ? string.Join(", ", choices.Select(c => $"`{c}`")) : key.Type == RecipeKeyType.Named ? $"{key.TypeWords}, each name {key.Form}" : key.Form ?? key.TypeWords;
        string list = key.Type == RecipeKeyType.Texts && key.Choices is not null ? "a list of " : "";
        return $"{list}{values}{(key.Range is { } range ? $", {range}" : "")}{(key.MinItems > 0 ? $", {key.MinItems} or more" : "")}";
    }

    private static string Default(RecipeKey key, string path)
    {
        if (key.Required)
            return "**required**";
        JsonNode? value = key.Type == RecipeKeyType.Section ? null : RecipeTree.Default(path);
        return value is null ? "" : $"`{value.ToJsonString()}`";
    }
}
