using System.Text;
using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>The tables of <c>docs/recipe.md</c>: every key with its values, default and meaning.</summary>
public static class RecipeReference
{
    /// <summary>Markdown: one table per section.</summary>
    public static string Generate()
    {
        StringBuilder text = new();
        Table(text, RecipeTable.Root, "", "The recipe");
        Table(text, new RecipeKey("schedule", RecipeKeyType.Section, "A number that depends on the step, instead of a constant. It depends on nothing else, so a resumed run gets the same values.") { Keys = RecipeTableTerms.Schedule }, "schedule", "A schedule");
        return text.ToString();
    }

    private static void Table(StringBuilder text, RecipeKey section, string path, string title)
    {
        text.Append($"### {title}\n\n{section.Doc}{Only(section)}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (RecipeKey key in section.Keys)
            text.Append($"| `{key.Name}` | {Values(key)} | {Default(key, Join(path, key.Name))} | {key.Doc.Replace("|", "\\|")}{Only(key)} |\n");
        text.Append('\n');
        foreach (RecipeKey key in section.Keys.Where(k => k.Keys.Length > 0 && k.Type != RecipeKeyType.Scheduled))
            Table(text, key, Join(path, key.Name) + (key.Type == RecipeKeyType.Sections ? "[]" : key.Type == RecipeKeyType.Named ? ".NAME" : ""), $"`{Join(path, key.Name)}`");
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
