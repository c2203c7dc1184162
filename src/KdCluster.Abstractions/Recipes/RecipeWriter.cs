using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Writes the effective recipe: every key that has a meaning, defaults filled in, in the order of the documentation.</summary>
public static class RecipeWriter
{
    private static readonly HashSet<string> None = [];

    /// <summary>The canonical form: indented JSON; equal recipes give equal text, and <see cref="RecipeReader.Read"/> gives an equal recipe back.</summary>
    /// <param name="recipe">The recipe. A redis password in <see cref="Recipe.Store"/> is written too.</param>
    public static string Write(Recipe recipe)
    {
        Recipe effective = recipe.IsTaught() ? recipe : recipe with { Objective = recipe.Objective with { Alpha = 0 } };
        var tree = new RecipeTree(RecipeJson.ToObject(effective), None);
        JsonObject written = Section(RecipeTable.Root, tree.Given, "", tree);
        WritePhases(written, tree.Given);
        foreach ((string name, JsonObject variant) in RecipeVariants.Of(tree.Given))
            written["variants"]![name] = Variant(tree.Given, variant);
        foreach ((JsonObject train, JsonObject from) in RecipeTeacherRules.Trained(written).Zip(RecipeTeacherRules.Trained(tree.Given)))
            train["model"] = Model(tree.Given, from["model"]!);
        return RecipeJson.ToText(written);
    }

    private static void WritePhases(JsonObject written, JsonObject recipe)
    {
        if (RecipeStages.Of(recipe) is { Count: > 0 } stages)
            written["stages"] = new JsonArray([.. stages.Select(s => Stage(recipe, s))]);
        if (recipe["driver"]?["students"] is JsonArray students)
            written["driver"]!["students"] = new JsonArray([.. students.Select(s => Model(recipe, s!))]);
    }

    private static JsonObject Variant(JsonObject recipe, JsonObject variant)
    {
        JsonObject effective = RecipeVariants.Effective(recipe, variant, whole: true);
        JsonObject written = Section(RecipeTableVariants.Variants, variant, "", new RecipeTree(effective, None));
        WritePhases(written, effective);
        return written;
    }

    private static JsonObject Model(JsonObject recipe, JsonNode model)
    {
        JsonObject one = RecipeStages.Effective(recipe, new JsonObject { ["student"] = model.DeepClone() }, whole: true);
        return Section(RecipeTableModel.Student, model.AsObject(), "student", new RecipeTree(one, None));
    }

    private static JsonObject Stage(JsonObject recipe, JsonObject stage)
    {
        // Left out, it is taught by the round before.
        bool taughtLater = stage["teachers"] is JsonArray { Count: 0 } && DriverStages.NeedsTeachers(RecipeJson.ToObjective(stage["objective"]!));
        if (taughtLater)
            stage.Remove("teachers");
        JsonObject written = Section(RecipeTableStages.Stages, stage, "", new RecipeTree(RecipeStages.Effective(recipe, stage, whole: true), None));
        if (stage["teachers"] is not JsonArray teachers || !teachers.Any(t => t!.GetValue<string>() == StageSpec.Average))
            written.Remove("averageDecay");
        return written;
    }

    private static JsonObject Section(RecipeKey section, JsonObject from, string path, RecipeTree tree)
    {
        JsonObject written = [];
        foreach (RecipeKey key in section.Keys)
        {
            string at = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            if (from[key.Name] is not { } value || key.Only?.Holds(tree) == false)
                continue;
            JsonNode copy = (key.Type, value) switch
            {
                (RecipeKeyType.Section, JsonObject inner) => Section(key, inner, at, tree),
                (RecipeKeyType.Named, JsonObject inner) when key.Inner is null => new JsonObject(inner.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)Section(key, i.Value!.AsObject(), at, tree)))),
                (RecipeKeyType.Sections, JsonArray inner) => new JsonArray([.. inner.Select(i => Section(key, i!.AsObject(), at, tree))]),
                _ => value.DeepClone(),
            };
            if (copy is not JsonObject { Count: 0 })
                written[key.Name] = copy;
        }

        return written;
    }
}
