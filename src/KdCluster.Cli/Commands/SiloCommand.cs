using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.Cluster;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd silo</c>.</summary>
internal static class SiloCommand
{
    private static readonly Option Url = new("url", "URL", "Where to listen; port 0 takes a free one. Default: http://127.0.0.1:5200");
    private static readonly Option Resume = new("resume", null, "Go on with the runs that an earlier silo of this home left unfinished");

    public static readonly Command Definition = new()
    {
        Path = "silo",
        Summary = "Run a silo: it serves teachers, trains students and keeps soft targets, until Ctrl-C or SIGTERM.",
        Options = [Url, CommonOptions.Home, CommonOptions.Store, CommonOptions.Device, SiloStarter.Trainers, Resume],
        Remarks = "Commands with the same home find it by themselves; others name it with --silo. At its end students stop at their next step with a checkpoint."
            + "\nThe silo trusts whoever can reach its port: listen on other addresses than 127.0.0.1 only in a network of your own.",
        Example = "kd silo --url http://127.0.0.1:5200 --trainers 2",
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        KdClusterOptions options = SiloStarter.Options(invocation) with
        {
            Url = invocation.Value(Url) ?? "http://127.0.0.1:5200",
            ResumeOnStart = invocation.Has(Resume),
        };
        KdSilo silo = await SiloStarter.StartAsync(invocation, options, stop).ConfigureAwait(false);
        await using (silo.ConfigureAwait(false))
        {
            invocation.Terminal.Write($"Silo at {silo.Address}, home {options.Home}, store {Secrets.Hide(options.Store)}, device {options.Device}. Ctrl-C stops it.");
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
