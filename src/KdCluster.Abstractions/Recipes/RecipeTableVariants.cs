using static KdCluster.Recipes.RecipeKeyType;

namespace KdCluster.Recipes;

/// <summary>The keys of <see cref="VariantSpec"/>.</summary>
internal static class RecipeTableVariants
{
    internal const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9+-]{0,79}$";

    internal const string NameForm = "1 to 80 letters, digits, dashes and plus signs, the first a letter or digit";

    internal static readonly RecipeKey[] Keys =
    [
        new("teachers", Texts, "Names of teachers in `teachers`. Left out: all of them. None: labels alone."),
        RecipeTableWeighting.Weighting,
        RecipeTableModel.Student with { Required = false, Keys = [.. RecipeTableModel.Student.Keys.Select(k => k with { Required = false })] },
        RecipeTableTraining.Objective,
        RecipeTableTraining.Training with { Keys = [.. RecipeTableTraining.Training.Keys.Where(k => !RecipeTableStages.OfARun.Contains(k.Name))] },
        RecipeTableLoop.Part,
        RecipeTableStages.Stages with { Doc = "Its own training phases, instead of the recipe's `stages` and `driver`. An empty list: none, it trains in one.", MinItems = 0 },
        RecipeTableStages.Driver with { Doc = "Its own driver, instead of the recipe's." },
    ];

    internal static readonly RecipeKey Variants = new("variants", Named, "More rows of the report, by name: parts of a recipe that are put over this one. Each is trained with the same seeds and compared with the recipe itself, seed by seed. What a variant leaves out is that of the recipe.")
    {
        Pattern = NamePattern,
        Form = NameForm,
        Keys = Keys,
    };
}
