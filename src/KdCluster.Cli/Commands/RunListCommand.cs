using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd run list</c>.</summary>
internal static class RunListCommand
{
    public static readonly Command Definition = new()
    {
        Path = "run list",
        Summary = "List the runs and their states.",
        Options = CommonOptions.Connection,
        Example = "kd run list",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            ListRunsReply reply = await silo.Client.CallAsync(
                async () => await silo.Client.Runs.ListAsync(new ListRunsRequest(), cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
            if (reply.Runs.Count == 0)
                invocation.Terminal.Note("No runs yet. kd run start RECIPE starts one.");
            else
                Of(reply.Runs, invocation.Context.Time).WriteTo(invocation.Terminal);
            return ExitCode.Ok;
        }),
    };

    /// <summary>The table.</summary>
    internal static Table Of(IEnumerable<Run> runs, TimeProvider time)
    {
        var table = new Table("ID", "NAME", "STATE", ">STUDENTS", ">DONE", ">BEST TEST", "STARTED", ">TOOK");
        foreach (Run run in runs)
        {
            RunProgress progress = RunProgress.Of([run]);
            Student? best = run.Students.Where(s => double.IsFinite(RunText.Worth(s, tested: true))).MaxBy(s => RunText.Worth(s, tested: true));
            table.Add(
                run.Id,
                run.Name,
                RunText.State(run.State),
                Human.Count(progress.Students),
                Human.Percent(run.State == RunState.Succeeded ? 1 : progress.Share),
                best is null || best.Metric.Length == 0 ? Human.Percent(best?.TestAccuracy ?? double.NaN) : RunText.Figure(best.Metric, best.TestFigures),
                RunText.When(run.Started, time),
                Human.Duration(RunText.Elapsed(run, time)));
        }

        return table;
    }
}
