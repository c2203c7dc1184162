using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>A grid makes a variant of every combination of its axes' levels: the levels' parts of a recipe put over one another, in the order of the axes.</summary>
internal static class RecipeGrid
{
    /// <summary>Combinations are students, each with every seed.</summary>
    internal const int Most = 64;

    /// <summary>The driver of a recipe, where it is a grid.</summary>
    internal static JsonObject? Axes(JsonObject recipe) => recipe["driver"] is JsonObject driver && IsGrid(driver) ? driver["axes"] as JsonObject : null;

    internal static bool IsGrid(JsonObject driver) => (driver["kind"] as JsonValue)?.GetValue<string>() == DriverSpec.Grid;

    /// <summary>Every combination: its name, and what it says.</summary>
    internal static IEnumerable<(string Name, JsonObject Own)> Combinations(JsonObject recipe)
    {
        if (Axes(recipe) is not { } axes)
            return [];
        IEnumerable<(string[] Levels, JsonObject Own)> all = [([], [])];
        foreach (JsonObject axis in axes.Select(a => a.Value!.AsObject()))
            all = all.SelectMany(before => axis.Select(level => ((string[])[.. before.Levels, level.Key], RecipeFull.Merged(before.Own, level.Value!.AsObject()))));
        return all.Select(c => (DriverSpec.Combination(c.Levels), c.Own));
    }

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("driver.axes") || Axes(tree.Given) is not { } axes)
            return;
        bool sound = !mistakes.Any;
        foreach ((string axis, JsonNode? levels) in axes)
        {
            foreach ((string level, JsonNode? own) in levels!.AsObject())
            {
                if (!tree.Unknown($"driver.axes.{axis}.{level}"))
                    RecipeVariants.CheckOne(tree, own!.AsObject(), $"driver.axes.{axis}.{level}", mistakes);
            }
        }

        int combinations = axes.Aggregate(1, (product, axis) => Math.Min(Most + 1, product * axis.Value!.AsObject().Count));
        if (combinations > Most)
            mistakes.Add("KD1005", "driver.axes", $"the axes have more than {Most} combinations.", "Leave out levels or axes, or make several recipes of them.");
        else if (sound && !mistakes.Any)
            CheckTogether(tree, mistakes);
    }

    /// <summary>What is right in each level may be wrong in two of them together.</summary>
    private static void CheckTogether(RecipeTree tree, RecipeMistakes mistakes)
    {
        // Each once, with the first combination that makes it.
        HashSet<(string Code, string What)> told = [];
        foreach ((string name, JsonObject own) in Combinations(tree.Given))
        {
            RecipeMistakes together = new("");
            RecipeVariants.CheckOne(tree, own, name, together);
            foreach (KdError error in together.Errors.Where(e => told.Add((e.Code, e.What))))
                mistakes.Add(error.Code, "driver.axes", $"in the combination {name}: {error.What}", error.Remedy);
        }
    }
}
