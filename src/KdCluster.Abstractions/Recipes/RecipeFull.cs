using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>A recipe may say what its whole experiment is beside the short one: more seeds, more epochs. That section is put over the recipe where it is asked for, and is part of no run otherwise.</summary>
internal static class RecipeFull
{
    internal const string Name = "full";

    private static readonly string[] NotIn = ["$schema", "name", "task", "teachers", Name];

    internal static RecipeKey Key(IEnumerable<RecipeKey> root) => new(Name, RecipeKeyType.Section, "The whole experiment, put over the recipe with `kd run start --full`: `seeds` of several numbers, more epochs. Without `--full` it does nothing. Lists, such as `stages`, are replaced as a whole.")
    {
        Keys = [.. root.Where(k => !NotIn.Contains(k.Name)).Select(k => k.Name == "data" ? k with { Keys = [.. k.Keys.Where(d => d.Name == "limit")] } : k).Select(Optional)],
    };

    /// <summary>The recipe with its section put over it.</summary>
    /// <param name="recipe">As it is written.</param>
    internal static JsonObject Over(JsonObject recipe)
    {
        JsonObject own = recipe[Name] as JsonObject ?? [];
        JsonObject merged = Short(recipe);
        foreach ((string key, JsonNode? value) in own)
            merged[key] = Merged(merged[key], value);
        RecipeStages.DropWhatHasNoMeaning(RecipeTable.Root, merged, own, "", merged);
        return merged;
    }

    /// <summary>The recipe without it.</summary>
    internal static JsonObject Short(JsonObject recipe)
    {
        JsonObject alone = recipe.DeepClone().AsObject();
        alone.Remove(Name);
        return alone;
    }

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown(Name) || tree.Given[Name] is not JsonObject own)
            return;
        if (own.Count == 0)
            mistakes.Contradiction(Name, "the section says nothing.", "Give more seeds in it, or leave it out.");
        RecipeMistakes inside = mistakes.Within(Name, overlays: true);
        RecipeRules.Check(new RecipeTree(Over(tree.Given), inside.Invalid), inside);
    }

    private static RecipeKey Optional(RecipeKey key) => key with { Required = false, Keys = key.Type == RecipeKeyType.Section ? [.. key.Keys.Select(k => k with { Required = false })] : key.Keys };

    internal static JsonObject Merged(JsonObject below, JsonObject above)
    {
        JsonObject merged = RecipeStages.Merged(below, above);
        foreach ((string key, JsonNode? value) in above)
            merged[key] = Merged(below[key], value);
        return merged;
    }

    private static JsonNode? Merged(JsonNode? inherited, JsonNode? own) => inherited is JsonObject below && own is JsonObject above ? Merged(below, above) : own?.DeepClone();
}
