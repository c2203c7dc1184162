using Grpc.Core;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Recipes;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd recipe check</c>.</summary>
internal static class RecipeCheckCommand
{
    public static readonly Command Definition = new()
    {
        Path = "recipe check",
        Summary = "Check a recipe, its data and its teachers, and print the effective recipe: every key, with defaults.",
        Arguments = [new Argument("FILE", "The recipe's file")],
        Options = [CommonOptions.Set, CommonOptions.Full, CommonOptions.Silo, CommonOptions.Home, .. ClientAccess.Options],
        Remarks = "All mistakes are printed at once. A silo checks data, teachers and devices; when none runs, only the recipe itself is checked.",
        Example = "kd recipe check recipes/sst2.json",
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        string file = invocation.Context.At(invocation.Required(0));
        Recipe recipe = RecipeSource.Read(file, invocation);
        invocation.Terminal.Write(RecipeWriter.Write(recipe).TrimEnd());
        invocation.Terminal.Note($"Hash: {RecipeHash.Of(recipe)}");
        if (await SiloFinder.FindAsync(invocation, KdHome.Of(invocation), stop).ConfigureAwait(false) is not { } address)
            return NotLookedAt(invocation, recipe, "no silo runs");
        await using KdClient client = ClientAccess.Connect(invocation, address);
        try
        {
            await RecipeChecker.CheckAsync(client, invocation.Terminal, recipe, file, stop).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (KdException e) when (e is { Code: "KD1601", InnerException: RpcException })
        {
            return NotLookedAt(invocation, recipe, $"no silo answers: {e.Message}");
        }
    }

    private static int NotLookedAt(Invocation invocation, Recipe recipe, string why)
    {
        invocation.Terminal.Note($"The recipe itself is correct. Not checked: {RecipeChecker.Unseen(recipe)}, because {why.TrimEnd('.')}.");
        return ExitCode.Ok;
    }
}
