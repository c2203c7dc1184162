using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="LoopSpec"/>. A loop that is added here needs a class in the learning library's table of loops too.</summary>
internal static class RecipeTableLoop
{
    internal static readonly RecipeChoice[] Loops =
    [
        new(LoopSpec.Supervised, "each step lowers the objective on a batch; what a recipe means that names none"),
    ];

    internal static readonly RecipeKey Loop = new("loop", Section, "What a step of the training does. Left out: `supervised`.")
    {
        Keys =
        [
            new("kind", Text, RecipeChoice.Text(Loops)) { Required = true, Choices = [.. Loops.Select(l => l.Name)] },
        ],
    };
}
