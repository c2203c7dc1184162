using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Contradictions between the loop and the rest of a recipe or a stage.</summary>
internal static class RecipeLoopRules
{
    private const string At = "loop.kind";
    private const string OnePolicy = $"a policy is rewarded for the steps of one student, and in the loop `{LoopSpec.Bilevel}` each step is another student.";

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown(At))
            return;
        if (tree.IsGiven("loop") && !tree.IsGiven(At))
        {
            mistakes.Add("KD1004", At, "the required key \"kind\" is missing (a text).", $"One of: {string.Join(", ", RecipeTableLoop.Loops.Select(l => l.Name))}.");
            return;
        }

        string kind = tree.Text(At) ?? LoopSpec.Supervised;
        if (kind != LoopSpec.Supervised && tree.Text("driver.kind") is DriverSpec.Chain or DriverSpec.Generations)
            mistakes.Contradiction(At, $"a driver `{tree.Text("driver.kind")}` repeats trainings whose loop is `{LoopSpec.Supervised}`, and this is `{kind}`.", "Leave out the driver, or the loop.");
        TwoPlayer(kind, tree, mistakes);
        if (kind == LoopSpec.Bilevel)
            Bilevel(tree, mistakes);
    }

    private static void Bilevel(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (RecipeTableTask.Of(tree) is { } task && TaskNames.IsRegression(task))
            mistakes.Contradiction(At, $"made instances have classes, and the task is `{task}`.", "Choose a task of classes, or leave the loop out.");
        if (tree.IsGiven("data.unlabelled") && tree.Count("teachers") > 0)
            mistakes.Contradiction(At, $"the loop `{LoopSpec.Bilevel}` makes data of labelled rows alone, and there are rows without labels (data.unlabelled).", "Leave out the loop, or those rows; without teachers it does not see them.");
        if (tree.Text("student.kind") is { } model && !RecipeTableModel.FunctionalKinds.Contains(model))
            mistakes.Contradiction("student.kind", $"the loop `{LoopSpec.Bilevel}` needs a model that is a function of its weights, and a `{model}` is not written as one.", $"Choose {string.Join(", ", RecipeTableModel.FunctionalKinds.Select(k => $"`{k}`"))}, or leave the loop out.");
        Nothing("student.dropout", "the student that made data teach has no dropout", "\"dropout\": 0");
        Nothing("training.weightDecay", "what is trained are data and step sizes, and decay would pull them to 0", "\"weightDecay\": 0");
        foreach (string key in new[] { "training.freeze", "training.pruning", "training.quantization" }.Where(tree.IsGiven))
            mistakes.Contradiction(key, "what is trained are data, not weights.", "Leave it out; a later stage may have it.");
        if (RecipeTableWeighting.IsPolicy(tree.Text("weighting.kind")))
            mistakes.Contradiction("weighting.kind", OnePolicy, "Choose a weighting that is a fixed rule.");
        foreach ((int at, string baseline) in (tree.Texts("baselines") ?? []).Index().Where(b => RecipeTableWeighting.IsPolicy(b.Item)))
            mistakes.Contradiction($"baselines[{at}]", $"`{baseline}` is a policy: {OnePolicy}", "Leave it out.");
        if ((tree.Given["teachers"] as JsonArray)?.Any(t => (t?["name"] as JsonValue)?.GetValue<string>() == StageSpec.Average) == true)
            mistakes.Contradiction("teachers", $"the weights of the loop `{LoopSpec.Bilevel}` have no moving average.", $"Leave out `{StageSpec.Average}`.");
        if (tree.Texts("loop.learn") is { } learn)
        {
            foreach ((int index, string name) in RecipeRules.Repeated(learn))
                mistakes.Contradiction($"loop.learn[{index}]", $"\"{name}\" is given twice.", "Name it once.");
        }

        if (tree.Number("loop.length") is { } length && tree.Number("data.maxLength") is { } longest && length > longest)
            mistakes.Contradiction("loop.length", $"a made text of {length} tokens is longer than the longest input, {longest} tokens.", "Give a smaller length, or a larger `data.maxLength`.");
        JsonArray terms = tree.Unknown("objective.terms") ? [] : tree.Given["objective"]?["terms"] as JsonArray ?? [];
        for (int i = 0; i < terms.Count; i++)
        {
            if ((terms[i]?["loss"] as JsonValue)?.GetValue<string>() is { } loss && RecipeTableLosses.Find(loss) is { Compares: not OutputFamily.Logits })
                mistakes.Contradiction($"objective.terms[{i}].loss", $"`{loss}` compares what layers say, and of the students of the loop `{LoopSpec.Bilevel}` only the logits are known.", "Choose a loss on logits.");
        }

        void Nothing(string key, string why, string remedy)
        {
            if (tree.Number(key) is > 0)
                mistakes.Contradiction(key, $"{why}, and here it is {tree.Number(key)}{(tree.IsGiven(key) ? "" : ", which is the default")}.", $"Give {remedy}.");
        }
    }

    private static void TwoPlayer(string kind, RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown("objective.terms"))
            return;
        string?[] losses = [.. (tree.Given["objective"]?["terms"] as JsonArray ?? []).Select(t => (t?["loss"] as JsonValue)?.GetValue<string>())];
        bool[] adversaries = [.. losses.Select(l => l is not null && RecipeTableLosses.Find(l)?.IsAdversary == true)];
        if (kind == LoopSpec.TwoPlayer && tree.Count("teachers") == 0)
            mistakes.Contradiction(At, "critics tell the student from the teachers, and there are none.", "Name teachers in `teachers`, or leave the loop out.");
        if (kind == LoopSpec.TwoPlayer && !adversaries.Contains(true) && !Enumerable.Range(0, losses.Length).Any(i => tree.Unknown($"objective.terms[{i}].loss")))
            mistakes.Contradiction(At, "no term of the objective listens to the critics.", $"Give a term such as `adversary` in `objective.terms`, or leave the loop out.");
        for (int i = 0; i < losses.Length; i++)
        {
            if (adversaries[i] && kind != LoopSpec.TwoPlayer)
                mistakes.Contradiction($"objective.terms[{i}].loss", $"`{losses[i]}` is what a critic says, and the loop `{kind}` has none.", $"Give \"loop\": {{ \"kind\": \"{LoopSpec.TwoPlayer}\" }}, or leave the term out.");
        }
    }
}
