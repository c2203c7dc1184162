using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd silo drain</c>.</summary>
internal static class SiloDrainCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly Option Timeout = new("timeout", "SECONDS", "How long to wait until the silo is empty. Default: 300");

    public static readonly Command Definition = new()
    {
        Path = "silo drain",
        Summary = "Move the teachers and students of a silo to other silos, so that it can be stopped.",
        Options = [Timeout, .. CommonOptions.Connection],
        Remarks = "Nothing more is placed on it. A replica of a teacher leaves when another replica serves in its place. If no other silo can take it, it stays."
            + "\nA silo that is stopped (Ctrl-C, SIGTERM) does the same for a short time. Other silos continue the rest from the last checkpoints.",
        Example = "kd silo drain --silo http://10.0.0.7:5200",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
    {
        if (silo.InProcess)
            throw new KdException("KD1707", "no silo runs that could be drained.", "kd silo drain", "Name one with --silo or --home.");
        TimeProvider time = invocation.Context.Time;
        double patience = invocation.Number(Timeout, 0) ?? 300;
        ClusterSilo before = await DrainAsync(silo, new DrainRequest { Look = true }, stop).ConfigureAwait(false);
        if (before.Stranded.Count > 0)
            invocation.Terminal.Note($"No other silo has or can take {string.Join(", ", before.Stranded)}: what asks {(before.Stranded.Count == 1 ? "it" : "them")} will wait when this silo has stopped. Start another silo with the role teacher and enough memory.");
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
            invocation.Terminal.Write($"{now.Address} is empty and can be stopped.");
            return ExitCode.Ok;
        }

        invocation.Terminal.Write($"{now.Address} accepts nothing more, but still has {now.Teachers.Count} teacher(s) ({string.Join(", ", now.Teachers)}) and {now.Students} student(s).");
        invocation.Terminal.Note("They need another silo with the same role and enough room that is not being drained. kd top shows the silos.");
        return ExitCode.Failed;
    });

    private static Task<ClusterSilo> DrainAsync(SiloConnection silo, DrainRequest request, CancellationToken stop) =>
        silo.Client.CallAsync(async () => await silo.Client.Cluster.DrainAsync(request, cancellationToken: stop).ConfigureAwait(false));
}
