using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd run resume</c>.</summary>
internal static class RunResumeCommand
{
    public static readonly Command Definition = new()
    {
        Path = "run resume",
        Summary = "Continue a run from its last checkpoints, and follow it to its report.",
        Arguments = [RunArguments.Id],
        Options = [CommonOptions.Detach, .. CommonOptions.Connection],
        Remarks = "The students are the same, byte for byte, as without the interruption.",
        Example = "kd run resume sst2-20260301-101500",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            RunLauncher.CheckDetach(invocation, silo);
            Run run = await silo.Client.Run(invocation.Required(0)).ResumeAsync(stop).ConfigureAwait(false);
            if (!invocation.Has(CommonOptions.Detach))
                return await RunLauncher.FollowToReportAsync(silo, invocation.Context, run.Id, stop).ConfigureAwait(false);
            invocation.Terminal.Write($"Run {run.Id} {RunText.State(run.State)}.");
            return ExitCode.Ok;
        }),
    };
}
