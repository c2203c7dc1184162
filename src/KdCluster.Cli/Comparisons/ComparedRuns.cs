using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Comparisons;

/// <summary>The runs of a comparison. Each is named by its recipe's hash: asked for again it is the run that is there, which goes on where it stopped.</summary>
/// <param name="silo">Who runs them.</param>
/// <param name="context">Where to show it.</param>
internal sealed class ComparedRuns(SiloConnection silo, CliContext context)
{
    private readonly List<string> _kept = [];

    /// <summary>What a reader of the table must know of runs that were there before, a sentence each.</summary>
    public IReadOnlyList<string> Kept => _kept;

    private const string NoSuchRun = "KD1501";
    private const int NameLetters = 60, HashDigits = 12;

    /// <summary>The id of a recipe's run.</summary>
    public static string IdOf(Recipe recipe) => $"compare-{recipe.Name[..Math.Min(recipe.Name.Length, NameLetters)]}-{RecipeHash.Of(recipe)[..HashDigits]}";

    /// <summary>Starts a recipe's run, or goes on with it, and follows it to its end.</summary>
    /// <returns>The run; null: it did not succeed, which has been said.</returns>
    /// <exception cref="KdException">It cannot be started, with every reason.</exception>
    public async Task<Run?> RunAsync(Recipe recipe, string source, CancellationToken stop)
    {
        string id = IdOf(recipe);
        Run? there = await FindAsync(id, stop).ConfigureAwait(false);
        if (there is { State: RunState.Succeeded })
        {
            string when = RunText.When(there.Ended, context.Time);
            context.Terminal.Note($"Run {id} of {when} is taken as it is. To make it again, delete {there.Folder}.");
            _kept.Add($"`{recipe.Name}` was trained before, until {when} (run `{id}`): with the files and teachers that had those names then.");
            return there;
        }

        if (there is null)
            await silo.Client.StartAsync(RecipeWriter.Write(recipe), source, id, stop).ConfigureAwait(false);
        else if (RunText.Over(there))
            await silo.Client.Run(id).ResumeAsync(stop).ConfigureAwait(false);
        (Run ended, int code) = await RunLauncher.FollowAsync(silo, context, recipe.Name, id, stop).ConfigureAwait(false);
        return code == ExitCode.Ok ? ended : null;
    }

    private async Task<Run?> FindAsync(string id, CancellationToken stop)
    {
        try
        {
            return await silo.Client.Run(id).GetAsync(stop).ConfigureAwait(false);
        }
        catch (KdException e) when (e.Code == NoSuchRun)
        {
            return null;
        }
    }
}
