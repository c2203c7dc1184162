using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd run watch</c>.</summary>
internal static class RunWatchCommand
{
    public static readonly Command Definition = new()
    {
        Path = "run watch",
        Summary = "Follow a run to its report.",
        Arguments = [RunArguments.Id],
        Options = CommonOptions.Connection,
        Remarks = "Ctrl-C stops watching; the run continues.",
        Example = "kd run watch sst2-20260301-101500",
        Run = (invocation, stop) => SiloConnection.UseAsync(
            invocation, stop, silo => RunLauncher.FollowToReportAsync(silo, invocation.Context, invocation.Required(0), stop)),
    };
}
