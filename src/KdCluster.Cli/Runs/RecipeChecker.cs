using Grpc.Core;
using KdCluster.Cli.Output;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>Has a silo look at what a recipe names, and shows what its data hold.</summary>
internal static class RecipeChecker
{
    /// <summary>Asks the silo, and prints each class with its rows and all warnings.</summary>
    /// <exception cref="KdException">Everything that keeps a run from starting, at once; <c>KD1601</c>: the silo cannot be reached.</exception>
    public static async Task CheckAsync(KdClient client, Terminal terminal, Recipe recipe, string source, CancellationToken stop)
    {
        RecipeCheck check = await AskAsync(client, terminal, recipe, source, stop).ConfigureAwait(false);
        Show(terminal, check);
        if (check.Errors.Count > 0)
            throw new KdException([.. check.Errors.Select(e => e.ToError())]);
    }

    /// <summary>Asks the silo. One of an earlier version cannot say anything, which is said.</summary>
    /// <exception cref="KdException"><c>KD1601</c>: the silo cannot be reached.</exception>
    public static async Task<RecipeCheck> AskAsync(KdClient client, Terminal terminal, Recipe recipe, string source, CancellationToken stop)
    {
        try
        {
            return await client.CheckAsync(RecipeWriter.Write(recipe), source, stop).ConfigureAwait(false);
        }
        catch (KdException e) when (e.InnerException is RpcException { StatusCode: StatusCode.Unimplemented })
        {
            terminal.Note($"The version of the silo at {client.Address} cannot check recipes: {Unseen(recipe)} were not checked.");
            return new RecipeCheck();
        }
    }

    /// <summary>Prints each class with its rows and all warnings.</summary>
    public static void Show(Terminal terminal, RecipeCheck check)
    {
        if (check.Data is { } data)
            terminal.Note(Profile(data).ToString().TrimEnd('\n'));
    }

    /// <summary>What of a recipe a silo alone can look at, for people.</summary>
    public static string Unseen(Recipe recipe)
    {
        string data = recipe.Data.BuiltIn is { } name ? $"the built-in data {name}" : $"the data ({string.Join(", ", RecipePaths.FilesOf(recipe.Data).Select(f => f.File))})";
        // Those that the run trains are not there yet.
        string[] there = [.. recipe.Teachers.Where(t => t.Train is null).Select(t => t.Name)];
        string teachers = there.Length > 0 ? $", the teachers ({string.Join(", ", there)})" : "";
        return $"{data}{teachers} and the device {recipe.Training.Device}";
    }

    private static Learning.Data.DataProfile Profile(V1.DataProfile data) => new(
        [.. data.Splits.Select(s => new Learning.Data.SplitProfile(s.Name, (int)s.Rows, (int)s.Cut, (int)s.Overlap, (int)s.BadRows))],
        [.. data.Classes.Select(c => new Learning.Data.ClassProfile(c.Name, [.. c.Rows.Select(r => (int)r)]))],
        data.MaxLength, [], data.Warnings)
    {
        Scores = data.Scores.Count == 0 ? null : [.. data.Scores.Select(s => new Learning.Data.ScoreProfile(s.Lowest, s.Mean, s.Highest, s.Deviation))],
    };
}
