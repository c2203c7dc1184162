namespace KdCluster.Recipes;

/// <summary>What a recipe may say of classes, and of students as teachers, that is not done of the next token.</summary>
internal static class RecipeLanguageRules
{
    internal static void Check(RecipeTree tree, RecipeMistakes mistakes)
    {
        if (RecipeTableTask.Of(tree) is not TaskNames.LanguageModelling)
            return;
        if (tree.Count("teachers") is > 0)
            mistakes.Contradiction("teachers", $"students of the task `{TaskNames.LanguageModelling}` learn from the texts alone.", "Leave them out.");
        if (tree.Text("driver.kind") is DriverSpec.Chain or DriverSpec.Generations)
            mistakes.Contradiction("driver.kind", $"in the task `{TaskNames.LanguageModelling}` the run's own students do not teach.", "Choose another driver, or leave it out.");
        if (tree.Text("loop.kind") is { } kind && kind != LoopSpec.Supervised)
            mistakes.Contradiction("loop.kind", $"the loop `{kind}` has one answer for each instance, and the task `{TaskNames.LanguageModelling}` one for each token.", "Leave it out.");
    }
}
