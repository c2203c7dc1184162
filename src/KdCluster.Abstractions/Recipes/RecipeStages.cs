using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>
/// A stage is a recipe of its own: the run's with what the stage says put over it. So every rule of a recipe holds for a stage, and is stated once.
/// </summary>
internal static class RecipeStages
{
    private static readonly string[] Sections = ["student", "weighting", "objective", "training", "loop"];

    /// <summary>The stages of a recipe as it is written; none where it has none.</summary>
    internal static IReadOnlyList<JsonObject> Of(JsonObject recipe) => recipe["stages"] is JsonArray stages ? [.. stages.Select(s => s!.AsObject())] : [];

    /// <summary>The recipe that a stage is.</summary>
    /// <param name="recipe">The run's, as it is written.</param>
    /// <param name="stage">The stage, as it is written.</param>
    /// <param name="whole">Whether a section of the stage stands for the recipe's as a whole, because everything is written out.</param>
    /// <param name="keepsDriver">Whether it is more than one stage, which a driver may run.</param>
    internal static JsonObject Effective(JsonObject recipe, JsonObject stage, bool whole, bool keepsDriver = false)
    {
        JsonObject effective = [];
        foreach ((string key, JsonNode? value) in recipe)
        {
            if (key is not ("stages" or "baselines" or "variants" or "full"))
                effective[key] = value?.DeepClone();
        }

        foreach (string section in Sections)
        {
            if (stage[section] is JsonObject own)
                effective[section] = whole || effective[section] is not JsonObject inherited ? own.DeepClone() : Merged(inherited, own);
        }

        if (stage["teachers"] is JsonArray names)
            effective["teachers"] = Teachers(recipe, names);
        // One that says that it has none has none in later rounds either.
        if (!keepsDriver && stage["teachers"] is JsonArray { Count: 0 })
            effective.Remove("driver");
        if (!whole)
            DropWhatHasNoMeaning(RecipeTable.Root, effective, stage, "", effective);
        return effective;
    }

    internal static JsonObject Merged(JsonObject inherited, JsonObject own)
    {
        JsonObject merged = inherited.DeepClone().AsObject();
        // The two ways to write an objective stand for one another.
        if (own.ContainsKey("temperature") || own.ContainsKey("alpha"))
            merged.Remove("terms");
        foreach ((string key, JsonNode? value) in own)
            merged[key] = value?.DeepClone();
        return merged;
    }

    // A teacher of the run's own has a name and nothing else.
    private static JsonArray Teachers(JsonObject recipe, JsonArray names)
    {
        IEnumerable<JsonObject> served = recipe["teachers"] is JsonArray all ? all.OfType<JsonObject>() : [];
        return new JsonArray([.. names.Select(n => n!.GetValue<string>()).Select(name =>
            (JsonNode?)(served.FirstOrDefault(t => t["name"]?.GetValue<string>() == name)?.DeepClone() ?? new JsonObject { ["name"] = name }))]);
    }

    // What is inherited and has no meaning in this stage is not the stage's mistake.
    internal static void DropWhatHasNoMeaning(RecipeKey section, JsonObject effective, JsonObject own, string path, JsonObject root)
    {
        foreach (RecipeKey key in section.Keys)
        {
            string at = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (effective[key.Name] is not { } value || key.Type is RecipeKeyType.Sections or RecipeKeyType.Named)
                continue;
            JsonNode? given = own[key.Name];
            if (given is null && key.Only?.Holds(new RecipeTree(root, new HashSet<string>())) == false)
                effective.Remove(key.Name);
            else if (key.Type == RecipeKeyType.Section && value is JsonObject inner)
                DropWhatHasNoMeaning(key, inner, given as JsonObject ?? [], at, root);
        }
    }
}
