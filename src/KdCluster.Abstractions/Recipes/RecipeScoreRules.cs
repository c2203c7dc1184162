using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>What a recipe may say of classes has no meaning where the label is a score.</summary>
internal static class RecipeScoreRules
{
    private static readonly string[] OfClasses = ["classes", "except", "label"];

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (RecipeTableTask.Of(tree) is not { } task)
            return;
        Terms(tree, task, mistakes);
        if (!TaskNames.IsRegression(task))
            return;
        if (tree.Text("weighting.kind") is { } kind && RecipeTableWeighting.ReadsClasses(kind))
            mistakes.Contradiction("weighting.kind", $"`{kind}` reads the teachers' probabilities of classes, and a score has none.", "Choose uniform, random-single or best-single.");
        foreach ((int at, string baseline) in (tree.Texts("baselines") ?? []).Index().Where(b => RecipeTableWeighting.ReadsClasses(b.Item)))
            mistakes.Contradiction($"baselines[{at}]", $"`{baseline}` reads the teachers' probabilities of classes, and a score has none.", "Leave it out.");
        for (int i = 0; i < (tree.Count("teachers") ?? 0); i++)
        {
            if (tree.Given["teachers"]?[i]?["labels"] is not null)
                mistakes.Contradiction($"teachers[{i}].labels", $"\"labels\" names classes, and the task is `{task}`.", "Leave it out: the output of such a model is called `score`.");
        }
    }

    /// <summary>Which checkpoint a stage gives, by a figure that the task has.</summary>
    internal static void Select(RecipeTree tree, JsonObject stage, string at, RecipeMistakes mistakes)
    {
        if (tree.Unknown($"{at}.select") || stage["select"]?.GetValue<string>() is not { } select || RecipeTableTask.Of(tree) is not { } task)
            return;
        string[] choices = RecipeTableStages.SelectsOf(task);
        if (!choices.Contains(select))
            mistakes.Contradiction($"{at}.select", $"the task `{task}` has no {select}.", $"Choose {string.Join(", ", choices[..^1])} or {choices[^1]}.");
    }

    /// <summary>A step of <c>data.transform</c> that selects classes or changes labels.</summary>
    internal static void Transform(RecipeTree tree, JsonObject step, string at, RecipeMistakes mistakes)
    {
        if (RecipeTableTask.Of(tree) is not { } task || !TaskNames.IsRegression(task))
            return;
        if (!tree.Unknown($"{at}.kind") && step["kind"]?.GetValue<string>() is "random-labels" or "set-labels")
            mistakes.Contradiction($"{at}.kind", $"`{step["kind"]!.GetValue<string>()}` gives rows a class, and the task is `{task}`.", "Choose keep-rows or drop-rows.");
        foreach (string key in OfClasses.Where(k => step[k] is not null))
            mistakes.Contradiction($"{at}.{key}", $"\"{key}\" names classes, and the task is `{task}`.", "Leave it out; `share` selects rows at random.");
    }

    private static void Terms(RecipeTree tree, string task, RecipeMistakes mistakes)
    {
        if (tree.Unknown("objective.terms") || (tree.Given["objective"] as JsonObject)?["terms"] is not JsonArray terms)
            return;
        bool scores = TaskNames.IsRegression(task);
        for (int i = 0; i < terms.Count; i++)
        {
            string at = $"objective.terms[{i}]";
            if (tree.Unknown($"{at}.loss") || terms[i]?["loss"] is not { } name || RecipeTableLosses.Find(name.GetValue<string>()) is not { } loss)
                continue;
            if (!loss.Fits(task))
                mistakes.Contradiction($"{at}.loss", scores ? $"`{loss.Name}` compares probabilities of classes, and the task `{task}` has a score." : $"`{loss.Name}` compares scores, and the task `{task}` has classes.",
                    $"Choose {string.Join(", ", RecipeTableLosses.All.Where(l => l.Fits(task) && l.Compares == OutputFamily.Logits).Select(l => l.Name))}, or a loss on layers.");
            if (!scores || !loss.Fits(task))
                continue;
            // 1 is what an effective recipe says. That of losses on layers divides cosines.
            if (loss.Compares == OutputFamily.Logits && !tree.Unknown($"{at}.temperature") && terms[i]!["temperature"] is { } temperature && temperature.GetValue<double>() != 1)
                mistakes.Contradiction($"{at}.temperature", "a score has no temperature.", "Leave it out; the term's factor is `weight`.");
            if (terms[i]!["probabilityShift"] is not null)
                mistakes.Contradiction($"{at}.probabilityShift", "a score has no classes whose logits could change places.", "Leave it out.");
        }
    }
}
