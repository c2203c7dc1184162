using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="WeightingSpec"/>.</summary>
internal static class RecipeTableWeighting
{
    internal static readonly RecipeChoice[] All =
    [
        new("uniform", "equal weights"),
        new("random-single", "one teacher per batch, drawn at random"),
        new("best-single", "the teacher with the lowest loss on the label"),
        new("entropy", "more weight for the teacher that is surer of the instance, whether right or wrong"),
        new("confidence", "less weight for the teacher that is further from the label"),
        new("reinforced", "a learned policy chooses for each instance"),
        new("reinforced-gap", "`reinforced` that also sees how far the student is from each teacher"),
    ];

    internal static readonly string[] Kinds = [.. All.Select(c => c.Name)];

    /// <summary>Whether a kind is a learned policy.</summary>
    internal static bool IsPolicy(string? kind) => kind is "reinforced" or "reinforced-gap";

    /// <summary>Whether a kind reads the teachers' probabilities of classes, which a score has not.</summary>
    internal static bool ReadsClasses(string? kind) => IsPolicy(kind) || kind is "entropy" or "confidence";

    // A reinforced baseline takes the same options as a reinforced run.
    private static readonly RecipeCondition Reinforced = new(
        "with kind `reinforced` or `reinforced-gap`, or with such a baseline, and without `freeze`", "Leave it out, or choose `reinforced` without `freeze`.", Learns);

    private static readonly RecipeCondition MixedReward = new(
        "with reward `r3`", "Leave it out, or choose `r3`.",
        t => t.Text("weighting.reward") is { } reward ? reward == "r3" && Learns(t) != false : null);

    private static readonly RecipeCondition OwnPolicy = new(
        "with kind `reinforced` or `reinforced-gap`", "Leave it out, or choose `reinforced`.", t => t.Text("weighting.kind") is { } kind ? IsPolicy(kind) : null);

    private static readonly RecipeCondition FromPolicy = new(
        "with `from`", "Leave it out, or name a learned policy in `from`.", t => t.Unknown("weighting.from") ? null : t.IsGiven("weighting.from"));

    internal static readonly RecipeKey Weighting = new("weighting", Section, "How the teachers are weighted for each instance.")
    {
        Only = RecipeConditions.WithTeachers,
        Keys =
        [
            new("kind", Text, RecipeChoice.Text(All)) { Choices = Kinds },
            new("reward", Text, "`r1` = −L_CE, `r2` = −L_CE − L_KD, `r3` = γ·r2 + (1−γ)·validation accuracy.") { Choices = ["r1", "r2", "r3"], Only = Reinforced },
            new("gamma", Number, "γ of `r3`.") { Min = 0, Max = 1, Only = MixedReward },
            new("learningRate", Number, "The policy's learning rate β.") { Min = 0, AboveMin = true, Only = Reinforced },
            new("episode", Whole, "Batches in an episode. The policy learns at its end.") { Min = 1, Max = int.MaxValue, Only = Reinforced },
            new("entropy", Number, "Weight of the entropy bonus. 0: none.") { Min = 0, Only = Reinforced },
            new("studentWarmup", Whole, "Steps in which the student trains with equal weights before the policy is used.") { Min = 0, Max = int.MaxValue, Only = Reinforced },
            new("policyWarmup", Whole, "Steps in which the policy learns while the student is frozen.") { Min = 0, Max = int.MaxValue, Only = Reinforced },
            new("mode", Text, "Weights in training: sampled selections, or the policy's normalised probabilities.") { Choices = ["sample", "expectation"], Only = Reinforced },
            new("from", Text, "A learned policy to begin with: a run (`ID`, or `ID/WEIGHTING/SEED`), or a file that `kd weighting export` wrote (`*.safetensors`). Its teachers, their order, the classes and the embedding must be those of this run.") { Only = OwnPolicy },
            new("freeze", Flag, "The policy of `from` is used as it is and does not learn: weights are its expectation, and there is no warm-up.") { Only = FromPolicy },
        ],
    };

    private static bool? Learns(RecipeTree t) =>
        t.Text("weighting.kind") is { } kind && t.Texts("baselines") is { } baselines && !t.Unknown("weighting.freeze")
            ? t.Flag("weighting.freeze") != true && (IsPolicy(kind) || baselines.Any(IsPolicy))
            : null;
}
