using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd run report</c>.</summary>
internal static class RunReportCommand
{
    public static readonly Command Definition = new()
    {
        Path = "run report",
        Summary = "Print the report of a run that has ended, as Markdown.",
        Arguments = [RunArguments.Id],
        Options = CommonOptions.Connection,
        Example = "kd run report sst2-20260301-101500 > report.md",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            RunReport report = await silo.Client.Run(invocation.Required(0)).ReportAsync(stop).ConfigureAwait(false);
            invocation.Terminal.Write(report.Markdown.TrimEnd());
            invocation.Terminal.Note($"Run folder: {report.Folder}");
            return ExitCode.Ok;
        }),
    };
}
