using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cli.Runs;

/// <summary>Starts runs and follows them.</summary>
internal static class RunLauncher
{
    /// <summary>Starts a run.</summary>
    public static Task<RunHandle> StartAsync(SiloConnection silo, Recipe recipe, string source, CancellationToken stop) =>
        silo.Client.StartAsync(RecipeWriter.Write(recipe), source, cancellationToken: stop);

    /// <summary>Refuses <c>--detach</c> where the silo would end with the command.</summary>
    /// <exception cref="KdException"><c>KD1707</c>.</exception>
    public static void CheckDetach(Invocation invocation, SiloConnection silo)
    {
        if (silo.InProcess && invocation.Has(CommonOptions.Detach))
            throw new KdException("KD1707", "no silo runs that could continue the run.", "--detach", $"Start one ({silo.Line("silo")}), or leave out --detach.");
    }

    /// <summary>Follows one run to its end, then says how it went.</summary>
    /// <returns>The run, and the exit code.</returns>
    public static async Task<(Run Run, int ExitCode)> FollowAsync(SiloConnection silo, CliContext context, string title, string id, CancellationToken stop)
    {
        var follower = new RunFollower(silo, context);
        IReadOnlyList<Run> runs = await follower.FollowAsync(title, [id], stop).ConfigureAwait(false);
        return (runs[0], follower.Conclude(runs));
    }

    /// <summary>Follows one run to its end, then prints its report.</summary>
    public static async Task<int> FollowToReportAsync(SiloConnection silo, CliContext context, string id, CancellationToken stop)
    {
        (Run run, int code) = await FollowAsync(silo, context, id, id, stop).ConfigureAwait(false);
        if (code != ExitCode.Ok)
            return code;
        RunReport report = await silo.Client.Run(id).ReportAsync(stop).ConfigureAwait(false);
        context.Terminal.Write(report.Markdown.TrimEnd());
        context.Terminal.Note($"Run folder: {run.Folder}");
        return code;
    }
}
