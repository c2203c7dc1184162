using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>What a recipe may say of classes, and of students as teachers, that is not done of the next token.</summary>
internal static class RecipeLanguageRules
{
    private const string Entropy = "entropy";
    private const string NoEntropy = $"the weighting `{Entropy}` looks at the classes that a teacher doubts between, and the task `{TaskNames.LanguageModelling}` has none.";

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (RecipeTableTask.Of(tree) is not TaskNames.LanguageModelling)
            return;
        if (tree.Text("driver.kind") is DriverSpec.Chain or DriverSpec.Generations)
            mistakes.Contradiction("driver.kind", $"in the task `{TaskNames.LanguageModelling}` the run's own students do not teach.", "Choose another driver, or leave it out.");
        if (tree.Text("loop.kind") is { } kind && kind != LoopSpec.Supervised)
            mistakes.Contradiction("loop.kind", $"the loop `{kind}` has one answer for each instance, and the task `{TaskNames.LanguageModelling}` one for each token.", "Leave it out.");
        foreach (string key in new[] { "training.pruning", "training.quantization" }.Where(tree.IsGiven))
            mistakes.Contradiction(key, "the layers of decoders are not compressed yet.", "Leave it out.");
        if (tree.Text("weighting.reward") == "r3")
            mistakes.Contradiction("weighting.reward", $"the reward `r3` has the accuracy in it, and the task `{TaskNames.LanguageModelling}` has none.", "Choose r1 or r2.");
        // Of a text there is one likelihood, and no doubt: the entropy of "what follows" against all else is least for the teacher that finds the text unlikeliest.
        if (tree.Text("weighting.kind") == Entropy)
            mistakes.Contradiction("weighting.kind", NoEntropy, "Choose confidence or best-single, which see how likely a teacher finds the text.");
        foreach ((int at, string _) in (tree.Texts("baselines") ?? []).Index().Where(b => b.Item == Entropy))
            mistakes.Contradiction($"baselines[{at}]", NoEntropy, "Leave it out.");
        foreach ((int at, string name) in ((tree.Given["teachers"] as JsonArray) ?? []).Select(t => ((t as JsonObject)?["name"] as JsonValue)?.GetValue<string>() ?? "").Index())
        {
            if (name == StageSpec.Average || name.StartsWith(StageSpec.StagePrefix, StringComparison.Ordinal))
                mistakes.Contradiction($"teachers[{at}]", $"in the task `{TaskNames.LanguageModelling}` the run's own students do not teach.", "Name served teachers, or let the run train some.");
        }

        JsonArray terms = tree.Unknown("objective.terms") ? [] : tree.Given["objective"]?["terms"] as JsonArray ?? [];
        for (int i = 0; i < terms.Count; i++)
        {
            if ((terms[i]?["loss"] as JsonValue)?.GetValue<string>() is { } loss && RecipeTableLosses.Find(loss) is { Compares: not OutputFamily.Logits })
                mistakes.Contradiction($"objective.terms[{i}].loss", $"`{loss}` compares what layers say of an instance, and in the task `{TaskNames.LanguageModelling}` losses compare the answers at each token.", "Choose a loss on logits.");
        }
    }
}
