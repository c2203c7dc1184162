using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd silo drain</c>.</summary>
internal static class SiloDrainCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly Option Timeout = new("timeout", "SECONDS", "How long to wait until it is empty. Default: 300");

    public static readonly Command Definition = new()
    {
        Path = "silo drain",
        Summary = "Empty a silo: its teachers and students move to others, then it may be stopped.",
        Options = [Timeout, .. CommonOptions.Connection],
        Remarks = "Nothing more is placed on it. A replica of a teacher leaves when another one serves in its place; where no other silo can take it, it stays."
            + "\nStopping a silo (Ctrl-C, SIGTERM) does the same in short: what has not moved by then is taken up by others from its last checkpoint.",
        Example = "kd silo drain --silo http://10.0.0.7:5200",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
    {
        if (silo.InProcess)
            throw new KdException("KD1707", "no silo runs that could be emptied.", "kd silo drain", "Name one with --silo or --home.");
        TimeProvider time = invocation.Context.Time;
        double patience = invocation.Number(Timeout, 0) ?? 300;
        ClusterSilo before = await DrainAsync(silo, new DrainRequest { Look = true }, stop).ConfigureAwait(false);
        if (before.Stranded.Count > 0)
            invocation.Terminal.Note($"No other silo holds or can take {string.Join(", ", before.Stranded)}: what asks {(before.Stranded.Count == 1 ? "it" : "them")} will wait once this silo is gone. Start another silo with the role teacher and room.");
        ClusterSilo now = await DrainAsync(silo, new DrainRequest(), stop).ConfigureAwait(false);
        long since = time.GetTimestamp();
        while (now.Teachers.Count + now.Students > 0 && time.GetElapsedTime(since).TotalSeconds < patience)
        {
            await Task.Delay(Pause, time, stop).ConfigureAwait(false);
            SilosReply all = await silo.Client.CallAsync(
                async () => await silo.Client.Cluster.SilosAsync(new SilosRequest(), cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
            now = all.Silos.FirstOrDefault(s => s.Address == now.Address) ?? now;
        }

        if (now.Teachers.Count + now.Students == 0)
        {
            invocation.Terminal.Write($"{now.Address} is empty and may be stopped.");
            return ExitCode.Ok;
        }

        invocation.Terminal.Write($"{now.Address} takes nothing more, and still has {now.Teachers.Count} teacher(s) ({string.Join(", ", now.Teachers)}) and {now.Students} student(s).");
        invocation.Terminal.Note("Is there another silo with the same role, with room, that is not being emptied? kd top shows them.");
        return ExitCode.Failed;
    });

    private static Task<ClusterSilo> DrainAsync(SiloConnection silo, DrainRequest request, CancellationToken stop) =>
        silo.Client.CallAsync(async () => await silo.Client.Cluster.DrainAsync(request, cancellationToken: stop).ConfigureAwait(false));
}
