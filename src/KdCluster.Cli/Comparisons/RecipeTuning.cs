using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Comparisons;

/// <summary>Gives every recipe the same number of tries to find its settings. What is tried sees no test row, and has a seed that is not compared.</summary>
/// <param name="runs">Makes the runs.</param>
/// <param name="invocation">The command line.</param>
internal sealed class RecipeTuning(ComparedRuns runs, Invocation invocation)
{
    /// <summary>Tries settings for each recipe.</summary>
    /// <returns>The recipes with the best of them, and what was chosen, for people; null: a run did not succeed, which has been said.</returns>
    /// <exception cref="KdException"><c>KD1704</c>: a recipe has several rows; <c>KD10xx</c>: a recipe does not take a key or a value.</exception>
    public async Task<(ComparedRecipes Recipes, IReadOnlyList<string> Notes)?> TuneAsync(ComparedRecipes recipes, TuningGrid grid, int tries, CancellationToken stop)
    {
        IReadOnlyList<IReadOnlyList<string>> settings = grid.Draw(tries);
        // All are read first: a value that one of them does not take is told before anything starts.
        List<(string File, List<Recipe> Tried)> all = [.. recipes.All.Select(r => (r.File, settings.Select(s => Changed(r.File, r.Recipe, s)).ToList()))];
        List<Recipe> best = [];
        List<string> notes = [string.Create(CultureInfo.InvariantCulture, $"Each recipe had {settings.Count} tries of {grid.Count} settings, with one seed that is not compared, judged on the validation rows:")];
        foreach ((string file, List<Recipe> tried) in all)
        {
            int chosen = 0;
            double highest = double.NegativeInfinity;
            for (int i = 0; i < tried.Count; i++)
            {
                if (await runs.RunAsync(Try(tried[i]), file, stop).ConfigureAwait(false) is not { } run)
                    return null;
                double worth = RunText.Worth(run.Students[0], tested: false);
                if (worth > highest)
                    (chosen, highest) = (i, worth);
            }

            best.Add(tried[chosen]);
            notes.Add($"`{tried[chosen].Name}`: {string.Join(", ", settings[chosen])}{(double.IsFinite(highest) ? "" : ", the first of them, since no try has a figure that is defined")}.");
        }

        return (recipes.With(best), notes);
    }

    private Recipe Changed(string file, Recipe recipe, IReadOnlyList<string> setting)
    {
        if (ComparedRow.Names(recipe).Count > 1)
            throw new KdException("KD1704", "it has several rows, which would all get the settings of one.", file, "Tune recipes without variants, baselines and grids: one file for each row.");
        return RecipeSource.Read(file, invocation, [$"training.seeds=[{string.Join(',', recipe.Training.Seeds)}]", .. setting]);
    }

    /// <summary>As it is tried. Built-in data keep their test rows, which nobody looks at here.</summary>
    private static Recipe Try(Recipe recipe) => recipe with
    {
        Name = $"{recipe.Name[..Math.Min(recipe.Name.Length, 75)]}-try",
        Data = recipe.Data with { Test = null, TestLabels = null },
        Training = recipe.Training with { Seeds = [recipe.Training.Seeds.Max() + 1] },
    };
}
