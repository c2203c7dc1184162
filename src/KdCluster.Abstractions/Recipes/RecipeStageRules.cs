using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Contradictions among stages, and in each of them.</summary>
internal static class RecipeStageRules
{
    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        Driver(tree, mistakes);
        if (tree.Unknown("stages"))
            return;
        IReadOnlyList<JsonObject> stages = RecipeStages.Of(tree.Given);
        string?[] names = [.. stages.Select(s => s["name"]?.GetValue<string>())];
        foreach ((int index, string? name) in RecipeRules.Repeated(names.Select((n, i) => n ?? $"\n{i}")))
            mistakes.Contradiction($"stages[{index}].name", $"the stage \"{name}\" is named twice.", "Name each stage once.");
        for (int i = 0; i < stages.Count; i++)
        {
            string at = $"stages[{i}]";
            if (names[i] == "previous")
                mistakes.Contradiction($"{at}.name", "`previous` stands for the stage before.", "Give another name.");
            Teachers(tree, stages[i], names[..i], at, mistakes);
            Init(tree, stages, names, i, mistakes);
            RecipeScoreRules.Select(tree, stages[i], at, mistakes);
            JsonObject effective = RecipeStages.Effective(tree.Given, stages[i], whole: false);
            RecipeRules.CheckOne(new RecipeTree(effective, InvalidIn(mistakes.Invalid, $"{at}.")), mistakes.Within(at));
        }
    }

    private static void Driver(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("driver") || tree.Given["driver"] is not JsonObject driver || tree.Unknown("driver.kind") || tree.Text("driver.kind") is not { } kind)
            return;
        Only("students", DriverSpec.Chain, "Name the models between teachers and student.");
        Only("count", DriverSpec.Generations, "Say how many generations there are.");
        Only("axes", DriverSpec.Grid, "Name the axes, each with its levels.");
        if (kind == DriverSpec.Chain && tree.Count("teachers") == 0)
            mistakes.Contradiction("driver.kind", "a chain begins with teachers, and there are none.", "Name teachers in `teachers`, or choose `generations`.");
        if (kind == DriverSpec.Generations && tree.Count("teachers") == 0 && RecipeTableWeighting.IsPolicy(tree.Text("weighting.kind")))
            mistakes.Contradiction("weighting.kind", "an earlier generation is one teacher: there is nothing to choose.", "Name more teachers, or choose `uniform`.");
        if (driver["students"] is not JsonArray students)
            return;
        for (int i = 0; i < students.Count; i++)
        {
            JsonObject one = RecipeStages.Effective(tree.Given, new JsonObject { ["student"] = students[i]!.DeepClone() }, whole: true);
            one.Remove("driver");
            string at = $"driver.students[{i}]";
            RecipeRules.CheckModel(new RecipeTree(one, InvalidIn(mistakes.Invalid, $"{at}.", "student.")), mistakes.Within(at, "student."));
        }

        void Only(string key, string of, string remedy)
        {
            if (kind == of && driver[key] is null && !tree.Unknown($"driver.{key}"))
                mistakes.Add("KD1004", $"driver.{key}", $"the required key \"{key}\" is missing.", remedy);
            else if (kind != of && driver[key] is not null)
                mistakes.Contradiction($"driver.{key}", $"\"{key}\" has a meaning only with kind `{of}`.", $"Leave it out, or choose `{of}`.");
        }
    }

    private static void Teachers(RecipeTree tree, JsonObject stage, string?[] earlier, string at, RecipeMistakes mistakes)
    {
        if (tree.Unknown($"{at}.teachers") || tree.Unknown("teachers"))
            return;
        string[] known = [.. (tree.Given["teachers"] as JsonArray ?? []).Select(t => t?["name"]?.GetValue<string>()).OfType<string>()];
        string[]? named = (stage["teachers"] as JsonArray)?.Select(t => t!.GetValue<string>()).ToArray();
        for (int i = 0; i < named?.Length; i++)
        {
            string name = named[i];
            if (name == StageSpec.Average || known.Contains(name))
                continue;
            bool isStage = name.StartsWith(StageSpec.StagePrefix, StringComparison.Ordinal);
            if (!isStage)
                mistakes.Add("KD1006", $"{at}.teachers[{i}]", $"there is no teacher \"{name}\".", $"Known: {string.Join(", ", [.. known, .. earlier.Select(e => StageSpec.StagePrefix + e), StageSpec.Average])}.");
            else if (!earlier.Contains(name[StageSpec.StagePrefix.Length..]))
                mistakes.Add("KD1006", $"{at}.teachers[{i}]", $"there is no earlier stage \"{name[StageSpec.StagePrefix.Length..]}\".", "A stage learns from stages before it.");
        }

        if (stage["averageDecay"] is not null && named?.Contains(StageSpec.Average) != true)
            mistakes.Contradiction($"{at}.averageDecay", "\"averageDecay\" has a meaning only with teacher `average`.", "Leave it out, or name `average` in the stage's teachers.");
        string? weighting = (RecipeStages.Effective(tree.Given, stage, whole: false)["weighting"]?["kind"] as JsonValue)?.GetValue<string>();
        if (RecipeTableWeighting.IsPolicy(weighting) && named is not null && !named.Any(known.Contains))
            mistakes.Contradiction($"{at}.teachers", $"the policy of `{weighting}` sees the embedding of the first teacher that is served, and none is.", "Name one of `teachers`, or choose another weighting.");
    }

    private static void Init(RecipeTree tree, IReadOnlyList<JsonObject> stages, string?[] names, int index, RecipeMistakes mistakes)
    {
        string at = $"stages[{index}].init";
        if (tree.Unknown(at) || stages[index]["init"]?.GetValue<string>() is not { } init || init == "fresh")
            return;
        string name = init[..init.LastIndexOf('.')];
        int from = name == "previous" ? index - 1 : Array.IndexOf(names, name, 0, index);
        if (from < 0)
            mistakes.Add("KD1006", at, name == "previous" ? "there is no stage before the first." : $"there is no earlier stage \"{name}\".", "Begin `fresh`, or from a stage before it.");
        else if (!JsonNode.DeepEquals(Model(from), Model(index)))
            mistakes.Contradiction(at, "the stage trains another model than the one whose weights it begins with.", "Begin `fresh`, or give both stages the same `student`.");

        if ((RecipeStages.Effective(tree.Given, stages[index], whole: false)["loop"]?["start"] as JsonValue)?.GetValue<string>() == "drawn")
            mistakes.Contradiction(at, "the loop draws the first weights anew in each step.", "Begin `fresh`, or give the loop \"start\": \"fixed\".");

        JsonNode? Model(int stage) => RecipeStages.Effective(tree.Given, stages[stage], whole: false)["student"];
    }

    internal static HashSet<string> InvalidIn(IReadOnlySet<string> invalid, string stage, string section = "") =>
        [.. invalid.Where(p => !p.StartsWith("stages", StringComparison.Ordinal) && !p.StartsWith("variants", StringComparison.Ordinal)), .. invalid.Where(p => p.StartsWith(stage, StringComparison.Ordinal)).Select(p => section + p[stage.Length..])];
}
