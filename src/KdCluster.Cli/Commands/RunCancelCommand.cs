using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd run cancel</c>.</summary>
internal static class RunCancelCommand
{
    public static readonly Command Definition = new()
    {
        Path = "run cancel",
        Summary = "Stop a run at its next step; its checkpoints are kept.",
        Arguments = [RunArguments.Id],
        Options = CommonOptions.Connection,
        Example = "kd run cancel sst2-20260301-101500",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            Run run = await silo.Client.Run(invocation.Required(0)).CancelAsync(stop).ConfigureAwait(false);
            invocation.Terminal.Write($"Run {run.Id} {RunText.State(run.State)}.");
            if (run.State != RunState.Succeeded)
                invocation.Terminal.Note($"To resume it: {silo.Line($"run resume {run.Id}")}");
            return ExitCode.Ok;
        }),
    };
}
