using KdCluster.Recipes;
using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>The rows of a run's report that are trained: the recipe's own weighting, then its baselines, each with every seed.</summary>
internal static class Variants
{
    /// <summary>A student that learns from the labels alone.</summary>
    public const string Alone = "alone";

    public static IReadOnlyList<string> Of(Recipe recipe) => [recipe.Teachers.Count == 0 ? Alone : recipe.Weighting.Kind, .. recipe.Baselines];

    public static WeightingSpec Weighting(Recipe recipe, string variant) => variant == recipe.Weighting.Kind ? recipe.Weighting : new WeightingSpec { Kind = variant };

    /// <summary>A student that learns alone beside others has no teachers to be compared with: it learns from the labels by cross-entropy.</summary>
    public static ObjectiveSpec Objective(Recipe recipe, string variant) => variant == Alone && recipe.Teachers.Count > 0 ? new ObjectiveSpec() : recipe.Objective;

    /// <summary>Seeds first, so that a first number of every row is there early.</summary>
    public static StudentStatus[] Students(Recipe recipe) =>
        [.. from seed in recipe.Training.Seeds
            from variant in Of(recipe)
            select new StudentStatus { Variant = variant, Seed = seed, Epochs = recipe.Training.Epochs }];
}
