using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd top</c>.</summary>
internal static class TopCommand
{
    private static readonly Option Once = new("once", null, "Print it once and end; the default when the output is not a terminal");
    private static readonly Option Every = new("every", "SECONDS", "Seconds between two updates. Default: 1");

    public static readonly Command Definition = new()
    {
        Path = "top",
        Summary = "Watch the cluster: silos, teachers with their queues and rows per second, the store, runs.",
        Options = [Once, Every, .. CommonOptions.Connection],
        Remarks = "Ctrl-C ends it. The numbers of other silos are up to a second old. The store is that of the silo in --silo.",
        Example = "kd top --silo http://10.0.0.7:5200",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
    {
        Terminal terminal = invocation.Terminal;
        TimeSpan every = TimeSpan.FromSeconds(invocation.Number(Every, 1) ?? 1);
        if (invocation.Has(Once) || !terminal.Live)
        {
            foreach (string line in TopView.Render(await LookAsync(silo, stop).ConfigureAwait(false), invocation.Context.Time))
                terminal.Write(line);
            return ExitCode.Ok;
        }

        while (!stop.IsCancellationRequested)
        {
            terminal.Redraw(TopView.Render(await LookAsync(silo, stop).ConfigureAwait(false), invocation.Context.Time));
            await Task.Delay(every, invocation.Context.Time, stop).ConfigureAwait(false);
        }

        terminal.Keep();
        return ExitCode.Ok;
    });

    private static Task<OverviewReply> LookAsync(SiloConnection silo, CancellationToken stop) => silo.Client.CallAsync(
        async () => await silo.Client.Cluster.OverviewAsync(new OverviewRequest(), cancellationToken: stop).ConfigureAwait(false));
}
