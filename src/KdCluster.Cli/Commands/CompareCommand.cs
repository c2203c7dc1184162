using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Comparisons;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd compare</c>.</summary>
internal static class CompareCommand
{
    private static readonly Option Seeds = new("seeds", "N", "Train every row with the seeds 1 to N. Default: the seeds of the recipes, which must be the same");
    private static readonly Option Reference = new("reference", "ROW", "The row that the others are compared with. Default: the first");
    private static readonly Option Tune = new("tune", "N", "Before the comparison, try N settings of --grid for each recipe, the same for all, and take the one that is best on the validation rows");
    private static readonly Option Grid = new("grid", "KEY=VALUES", "A key of the recipes with the values that --tune may try, separated by commas") { Repeats = true };
    private static readonly Option Out = new("out", "FOLDER", "Also write the table as compare.md, compare.csv and compare.tex, and a picture with the intervals, compare.svg");

    public static readonly Command Definition = new()
    {
        Path = "compare",
        Summary = "Train the students of several recipes with the same seeds, and print one table with differences, intervals and tests.",
        Arguments = [new Argument("RECIPE", "The recipes' files: one or more. Each row of a recipe's report is a row of the table") { Repeats = true }],
        Options = [Seeds, Reference, Tune, Grid, Out, CommonOptions.Set, CommonOptions.Full, .. CommonOptions.Connection],
        Remarks = "The recipes have the same task and the same test rows. Their runs follow one another and share the kept soft targets. Each run is named by its recipe's hash: the same command again goes on where it stopped, and takes runs that are there as they are.",
        Example = "kd compare recipes/a.json recipes/b.json --seeds 10 --out results",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        ComparedRecipes recipes = ComparedRecipes.Read(invocation, invocation.Number(Seeds, 1), invocation.Value(Reference));
        int? tries = invocation.Number(Tune, 1);
        IReadOnlyList<string> axes = invocation.Values(Grid);
        if (tries is null != (axes.Count == 0))
            throw new KdException("KD1703", tries is null ? "--tune is missing." : "--grid is missing.", "kd compare", "Give both: how many settings to try, and which values.");
        string? folder = invocation.Value(Out) is { } named ? Prepared(invocation.Context.At(named)) : null;
        TuningGrid? grid = tries is null ? null : TuningGrid.Read(axes);
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            string judgedOn = await recipes.CheckAsync(silo.Client, invocation.Terminal, stop).ConfigureAwait(false);
            var runs = new ComparedRuns(silo, invocation.Context);
            List<string> notes = [];
            if (grid is not null)
            {
                if (await new RecipeTuning(runs, invocation).TuneAsync(recipes, grid, tries!.Value, stop).ConfigureAwait(false) is not { } tuned)
                    return ExitCode.Failed;
                (recipes, notes) = (tuned.Recipes, [.. tuned.Notes]);
            }

            List<ComparedRow> rows = [];
            foreach ((string file, Recipe recipe) in recipes.All)
            {
                if (await runs.RunAsync(recipe, file, stop).ConfigureAwait(false) is not { } run)
                    return ExitCode.Failed;
                rows.AddRange(ComparedRow.Of(recipe, run, recipes.Tested));
            }

            var comparison = new Comparison(rows, recipes.Reference, judgedOn) { Notes = [.. recipes.Notes, .. notes, .. runs.Kept] };
            invocation.Terminal.Write(ComparisonMarkdown.Of(comparison).TrimEnd());
            if (folder is not null)
                Write(comparison, folder, invocation.Terminal);
            return ExitCode.Ok;
        });
    }

    /// <summary>Made before the trainings, whose results would be lost in a folder that cannot be written.</summary>
    private static string Prepared(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KdException("KD1798", $"the folder cannot be made: {e.Message}", folder, "Name another folder in --out.", e);
        }
    }

    private static void Write(Comparison comparison, string folder, Output.Terminal terminal)
    {
        foreach ((string ending, string text) in new[] { ("md", ComparisonMarkdown.Of(comparison)), ("csv", ComparisonCsv.Of(comparison)), ("tex", ComparisonLatex.Of(comparison)), ("svg", ComparisonFigure.Of(comparison)) })
            AtomicFile.Write(Path.Combine(folder, $"compare.{ending}"), System.Text.Encoding.UTF8.GetBytes(text));
        terminal.Note($"The table and the picture are in {folder}.");
    }
}
