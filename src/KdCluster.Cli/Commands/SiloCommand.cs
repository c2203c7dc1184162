using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.Cluster;
using KdCluster.Cluster.Security;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd silo</c>.</summary>
internal static class SiloCommand
{
    public static readonly Command Definition = new()
    {
        Path = "silo",
        Summary = "Run a silo: it serves teachers, trains students and keeps soft targets, until Ctrl-C or SIGTERM.",
        Options = [.. SettingSources.Options.Values, SettingSources.Config, ParentWatch.Option],
        Remarks = "Commands with the same home find it automatically; others name it with --silo. When it ends, its students stop at their next step with a checkpoint."
            + "\nWith --redis it joins the silos of the same --cluster there; all of them need the same --shared folder."
            + "\nEvery setting can also come from the environment (KD_SILO_PORT for --silo-port) or from appsettings.json (KdCluster:SiloPort); see docs/settings.md."
            + "\nTo serve other machines it needs https, --cert, --key and --tokens; see docs/security.md.",
        Example = "kd silo --url http://127.0.0.1:5200 --trainers 2",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop) =>
        ServeAsync(invocation, invocation.Has(ParentWatch.Option) ? ParentWatch.Begin(stop) : stop);

    private static async Task<int> ServeAsync(Invocation invocation, CancellationToken stop)
    {
        KdClusterOptions options = SettingSources.Read(invocation, o => o.Url = "http://127.0.0.1:5200");
        KdSilo silo = await SiloStarter.StartAsync(invocation, options, stop).ConfigureAwait(false);
        await using (silo.ConfigureAwait(false))
        {
            string cluster = options.Clustered ? $", cluster {options.Cluster}, roles {options.Roles.ToString().ToLowerInvariant()}" : "";
            invocation.Terminal.Write($"Silo at {silo.Address}, home {options.Home}, store {Secrets.Hide(options.EffectiveStore)}, device {options.Device}{cluster}. Ctrl-C stops it.");
            foreach ((string setting, string what, string where) in ListeningCheck.Opened(options))
                invocation.Terminal.Note($"OPEN: the setting {setting} lets this silo {what} ({where}).");
            await WaitAsync(silo, stop).ConfigureAwait(false);
            invocation.Terminal.Note("Stopping: students keep a checkpoint ...");
        }

        return ExitCode.Ok;
    }

    private static async Task WaitAsync(KdSilo silo, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource();
        using CancellationTokenRegistration registration = stop.Register(() => stopped.TrySetResult());
        // Whichever comes first: the host watches for signals too.
        await Task.WhenAny(silo.WaitForShutdownAsync(CancellationToken.None), stopped.Task).ConfigureAwait(false);
    }
}
