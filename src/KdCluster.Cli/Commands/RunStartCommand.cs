using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Recipes;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd run start</c>.</summary>
internal static class RunStartCommand
{
    public static readonly Command Definition = new()
    {
        Path = "run start",
        Summary = "Start the run of a recipe and follow it to its report.",
        Arguments = [new Argument("RECIPE", "The recipe's file; kd recipe check explains its mistakes")],
        Options = [CommonOptions.Set, CommonOptions.Full, CommonOptions.Detach, .. CommonOptions.Connection],
        Remarks = "A table of the data is printed first. When the check fails, there is no run. Ctrl-C stops watching, and the run continues on its silo. If the silo is inside this command, the run stops at its next step; kd run resume continues it.",
        Example = "kd run start recipes/sst2.json --set training.epochs=1",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        string file = invocation.Context.At(invocation.Required(0));
        Recipe recipe = RecipeSource.Read(file, invocation);
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            RunLauncher.CheckDetach(invocation, silo);
            await RecipeChecker.CheckAsync(silo.Client, invocation.Terminal, recipe, file, stop).ConfigureAwait(false);
            RunHandle run = await RunLauncher.StartAsync(silo, recipe, file, stop).ConfigureAwait(false);
            if (!invocation.Has(CommonOptions.Detach))
            {
                invocation.Terminal.Note($"Run {run.Id} started.");
                return await RunLauncher.FollowToReportAsync(silo, invocation.Context, run.Id, stop).ConfigureAwait(false);
            }

            invocation.Terminal.Write(run.Id);
            invocation.Terminal.Note($"To follow it: {silo.Line($"run watch {run.Id}")}");
            return ExitCode.Ok;
        });
    }
}
