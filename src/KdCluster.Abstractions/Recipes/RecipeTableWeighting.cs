using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="WeightingSpec"/>.</summary>
internal static class RecipeTableWeighting
{
    internal static readonly string[] Kinds = ["uniform", "random-single", "best-single", "reinforced"];

    // A reinforced baseline takes the same options as a reinforced run.
    private static readonly RecipeCondition Reinforced = new(
        "with kind `reinforced`, or with that baseline", "Leave it out, or choose `reinforced`.", UsesPolicy);

    private static readonly RecipeCondition MixedReward = new(
        "with reward `r3`", "Leave it out, or choose `r3`.",
        t => t.Text("weighting.reward") is { } reward ? reward == "r3" && UsesPolicy(t) != false : null);

    internal static readonly RecipeKey Weighting = new("weighting", Section, "How the teachers are weighted for each instance.")
    {
        Only = RecipeConditions.WithTeachers,
        Keys =
        [
            new("kind", Text, "`uniform`: equal weights; `random-single`: one teacher per batch, drawn at random; `best-single`: the teacher with the lowest loss on the label; `reinforced`: a learned policy chooses for each instance.") { Choices = Kinds },
            new("reward", Text, "`r1` = −L_CE, `r2` = −L_CE − L_KD, `r3` = γ·r2 + (1−γ)·validation accuracy.") { Choices = ["r1", "r2", "r3"], Only = Reinforced },
            new("gamma", Number, "γ of `r3`.") { Min = 0, Max = 1, Only = MixedReward },
            new("learningRate", Number, "The policy's learning rate β.") { Min = 0, AboveMin = true, Only = Reinforced },
            new("episode", Whole, "Batches in an episode. The policy learns at its end.") { Min = 1, Max = int.MaxValue, Only = Reinforced },
            new("entropy", Number, "Weight of the entropy bonus. 0: none.") { Min = 0, Only = Reinforced },
            new("studentWarmup", Whole, "Steps in which the student trains with equal weights before the policy is used.") { Min = 0, Max = int.MaxValue, Only = Reinforced },
            new("policyWarmup", Whole, "Steps in which the policy learns while the student is frozen.") { Min = 0, Max = int.MaxValue, Only = Reinforced },
            new("mode", Text, "Weights in training: sampled selections, or the policy's normalised probabilities.") { Choices = ["sample", "expectation"], Only = Reinforced },
        ],
    };

    private static bool? UsesPolicy(RecipeTree t) =>
        t.Text("weighting.kind") is { } kind && t.Texts("baselines") is { } baselines
            ? kind == "reinforced" || baselines.Contains("reinforced")
            : null;
}
