using KdCluster.Learning.Weightings;
using KdCluster.Metrics;
using KdCluster.Recipes;
using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>The rows of a run's report that are trained: the recipe itself, its baselines, then its variants, each with every seed.</summary>
internal static class Variants
{
    /// <summary>A student that learns from the labels alone.</summary>
    public const string Alone = "alone";

    /// <summary>A student that learns in the stages that the recipe names. The recipe's baselines are beside it what the recipe is without them.</summary>
    public const string Staged = "stages";

    /// <summary>All rows; the first is the one that the others are compared with: the recipe itself, or of a grid the combination of each axis' last level.</summary>
    public static IReadOnlyList<string> Of(Recipe recipe)
    {
        string[] named = [.. recipe.Variants?.Keys ?? Enumerable.Empty<string>()];
        if (recipe.Driver is { Kind: DriverSpec.Grid } grid)
        {
            string[] combinations = [.. grid.Combinations().Select(DriverSpec.Combination)];
            return [combinations[^1], .. combinations[..^1], .. recipe.Baselines, .. named.Except(combinations)];
        }

        return [recipe.IsStaged() ? Staged : recipe.Teachers.Count == 0 ? Alone : recipe.Weighting.Kind, .. recipe.Baselines, .. named];
    }

    /// <summary>Whether a student may have a policy, by its name alone: not where that is a fixed rule's.</summary>
    public static bool MayHavePolicy(string variant) => WeightingRegistry.Names.Contains(variant) ? WeightingRegistry.IsPolicy(variant) : variant != Alone;

    /// <summary>What a student learns in.</summary>
    public static IReadOnlyList<StageSpec> Stages(Recipe recipe, string variant) => recipe.Variants?.TryGetValue(variant, out VariantSpec? named) == true
        ? named.Over(recipe).AllStages()
        : variant == Staged ? recipe.AllStages()
        : [(recipe with { Stages = null, Driver = null }).AllStages()[0] with
        {
            Teachers = variant == Alone ? [] : [.. recipe.Teachers.Select(t => t.Name)],
            Weighting = Weighting(recipe, variant),
            Objective = Objective(recipe, variant),
            Loop = variant == Alone && recipe.IsTaught() ? null : recipe.Loop,
        }];

    /// <summary>The teachers whose instance embedding a weighting of the run sees: of each stage, the first that is served.</summary>
    public static IReadOnlySet<string> Embedded(Recipe recipe) => Of(recipe).SelectMany(v => Stages(recipe, v))
        .Where(s => s.Teachers.Count > 0 && WeightingRegistry.NeedsEmbedding(s.Weighting.Kind))
        .Select(s => s.ServedTeachers().FirstOrDefault()).OfType<string>().ToHashSet();

    /// <summary>A baseline with a policy has the options that the recipe gives, but for a learned policy of another kind; the fixed rules have none.</summary>
    public static WeightingSpec Weighting(Recipe recipe, string variant) =>
        variant == recipe.Weighting.Kind ? recipe.Weighting
        : WeightingRegistry.Names.Contains(variant) && WeightingRegistry.IsPolicy(variant) ? recipe.Weighting with { Kind = variant, From = null, Freeze = false }
        : new WeightingSpec { Kind = variant };

    /// <summary>A student that learns alone beside others has no teachers to be compared with: it learns from the labels by cross-entropy.</summary>
    public static ObjectiveSpec Objective(Recipe recipe, string variant) => variant == Alone && recipe.IsTaught() ? new ObjectiveSpec() : recipe.Objective;

    /// <summary>Seeds first, so that a first number of every row is there early.</summary>
    public static StudentStatus[] Students(Recipe recipe) =>
        [.. from seed in recipe.Training.Seeds
            from variant in Of(recipe)
            select new StudentStatus { Variant = variant, Seed = seed, Metric = !TaskNames.HasClasses(recipe.TaskOrDefault()) ? Metric.Of(recipe.TaskOrDefault())[0].Name : null, Epochs = Stages(recipe, variant).Sum(s => s.Training.Epochs) }];
}
