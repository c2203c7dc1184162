using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>A variant is a recipe of its own, as a stage is: the run's with what the variant says put over it.</summary>
internal static class RecipeVariants
{
    private static readonly string[] Reserved = ["alone", "stages", .. RecipeTableWeighting.Kinds];

    /// <summary>The variants of a recipe as it is written, in their order; then the combinations of its grid, which are variants where the recipe is written in full.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="most">At most this many combinations.</param>
    internal static IReadOnlyList<(string Name, JsonObject Own)> Of(JsonObject recipe, int most = int.MaxValue)
    {
        IEnumerable<(string Name, JsonObject Own)> named = (recipe["variants"] as JsonObject ?? []).Select(v => (v.Key, v.Value!.AsObject()));
        return [.. named, .. RecipeGrid.Combinations(recipe).Take(most).ExceptBy(named.Select(v => v.Name), c => c.Name)];
    }

    /// <summary>The recipe that a variant is.</summary>
    /// <param name="recipe">The run's, as it is written.</param>
    /// <param name="own">The variant, as it is written.</param>
    /// <param name="whole">Whether a section of the variant stands for the recipe's as a whole, because everything is written out.</param>
    internal static JsonObject Effective(JsonObject recipe, JsonObject own, bool whole)
    {
        JsonObject run = recipe.DeepClone().AsObject();
        if (own["stages"] is JsonArray stages)
        {
            run.Remove("driver");
            run.Remove("stages");
            if (stages.Count > 0)
                run["stages"] = stages.DeepClone();
        }

        // A combination of a grid is none itself.
        if (run["driver"] is JsonObject grid && RecipeGrid.IsGrid(grid))
            run.Remove("driver");
        if (own["driver"] is JsonObject driver)
            run["driver"] = driver.DeepClone();
        JsonObject effective = RecipeStages.Effective(run, own, whole, keepsDriver: true);
        if (run["stages"] is { } phases)
            effective["stages"] = phases.DeepClone();
        return effective;
    }

    /// <summary>Contradictions in each of them.</summary>
    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("variants"))
            return;
        foreach ((string name, JsonNode? variant) in tree.Given["variants"] as JsonObject ?? [])
        {
            string at = $"variants.{name}";
            JsonObject own = variant!.AsObject();
            if (tree.Unknown(at))
                continue;
            if (Reserved.Contains(name))
                mistakes.Contradiction(at, $"\"{name}\" is the name of another row of the report.", "Give another name.");
            if (own.Count == 0)
                mistakes.Contradiction(at, "the variant says nothing, so it would be the recipe itself.", "Say what is different, or leave it out.");
            CheckOne(tree, own, at, mistakes);
        }
    }

    /// <summary>Contradictions in what is put over the recipe.</summary>
    /// <param name="tree">The recipe.</param>
    /// <param name="own">What is put over it.</param>
    /// <param name="at">Where that is.</param>
    /// <param name="mistakes">Takes them.</param>
    internal static void CheckOne(RecipeTree tree, JsonObject own, string at, RecipeMistakes mistakes)
    {
        Teachers(tree, own, at, mistakes);
        RecipeMistakes inside = mistakes.Within(at, overlays: true);
        RecipeTree effective = new(Effective(tree.Given, own, whole: false), inside.Invalid);
        if (own["weighting"] is JsonObject weighting && weighting.ContainsKey("from"))
        {
            mistakes.Contradiction($"{at}.weighting.from", "a variant does not begin with a learned policy of its own.", "Give `from` in the recipe's `weighting`, or leave it out.");
            effective.Given["weighting"]?.AsObject().Remove("from");
        }

        RecipeRules.CheckOne(effective, inside);
        RecipeStageRules.Check(effective, inside);
    }

    private static void Teachers(RecipeTree tree, JsonObject own, string at, RecipeMistakes mistakes)
    {
        string[] known = [.. (tree.Given["teachers"] as JsonArray ?? []).Select(t => t?["name"]?.GetValue<string>()).OfType<string>()];
        if (tree.Unknown("teachers") || tree.Unknown($"{at}.teachers") || own["teachers"] is not JsonArray named)
            return;
        string[] names = [.. named.Select(n => n!.GetValue<string>())];
        foreach ((int index, string name) in RecipeRules.Repeated(names))
            mistakes.Contradiction($"{at}.teachers[{index}]", $"the teacher \"{name}\" is given twice.", "Name it once.");
        for (int i = 0; i < names.Length; i++)
        {
            if (!known.Contains(names[i]))
                mistakes.Add("KD1006", $"{at}.teachers[{i}]", $"there is no teacher \"{names[i]}\".", known.Length > 0 ? $"Known: {string.Join(", ", known)}." : "The recipe names none.");
        }
    }
}
