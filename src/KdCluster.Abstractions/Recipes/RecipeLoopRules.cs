using System.Text.Json.Nodes;

namespace KdCluster.Recipes;

/// <summary>Contradictions between the loop and the rest of a recipe or a stage.</summary>
internal static class RecipeLoopRules
{
    private const string At = "loop.kind";

    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (tree.Unknown(At))
            return;
        string kind = tree.Text(At) ?? LoopSpec.Supervised;
        if (kind != LoopSpec.Supervised && tree.Text("driver.kind") is DriverSpec.Chain or DriverSpec.Generations)
            mistakes.Contradiction(At, $"a driver `{tree.Text("driver.kind")}` repeats trainings whose loop is `{LoopSpec.Supervised}`, and this is `{kind}`.", "Leave out the driver, or the loop.");
        TwoPlayer(kind, tree, mistakes);
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
