using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="LoopSpec"/>. A loop that is added here needs a class in the learning library's table of loops too.</summary>
internal static class RecipeTableLoop
{
    internal static readonly RecipeChoice[] Loops =
    [
        new(LoopSpec.Supervised, "each step lowers the objective on a batch; what a recipe means that names none"),
        new(LoopSpec.TwoPlayer, "beside the student critics learn to tell its outputs from the teachers', and a term `adversary` lets it learn to be taken for them"),
    ];

    internal static readonly RecipeKey Loop = new("loop", Section, "What a step of the training does. Left out: `supervised`.")
    {
        Keys =
        [
            new("kind", Text, RecipeChoice.Text(Loops)) { Required = true, Choices = [.. Loops.Select(l => l.Name)] },
            new("criticSteps", Whole, "Steps of the critics after each step of the student, on the same batch; 1 when left out.") { Min = 1, Max = 1_000, Only = Kind(LoopSpec.TwoPlayer) },
            new("criticHidden", Whole, "Width of the critics' hidden layers; 64 when left out.") { Min = 1, Max = 65_536, Only = Kind(LoopSpec.TwoPlayer) },
            new("criticLearningRate", Number, "The critics' learning rate, the same in all steps; 0.0004 when left out.") { Min = 0, AboveMin = true, Only = Kind(LoopSpec.TwoPlayer) },
            new("gradientPenalty", Number, "λ: how strongly the critics' slopes are held at 1; 10 when left out.") { Min = 0, Only = Kind(LoopSpec.TwoPlayer) },
        ],
    };

    /// <summary>The loop with every option of its kind filled in; null for the one that a recipe means that names none.</summary>
    internal static LoopSpec? Complete(LoopSpec? loop) => loop?.Kind switch
    {
        null or LoopSpec.Supervised => null,
        LoopSpec.TwoPlayer => loop with
        {
            CriticSteps = loop.CriticSteps ?? 1,
            CriticHidden = loop.CriticHidden ?? 64,
            CriticLearningRate = loop.CriticLearningRate ?? 4e-4,
            GradientPenalty = loop.GradientPenalty ?? 10,
        },
        _ => loop,
    };

    private static RecipeCondition Kind(string kind) => new(
        $"with kind `{kind}`", $"Leave it out, or choose `{kind}`.", t => t.Text("loop.kind") is { } given ? given == kind : null);
}
