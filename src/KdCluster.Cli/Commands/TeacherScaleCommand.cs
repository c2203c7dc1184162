using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Models;
using KdCluster.Cli.Silos;
using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd teacher scale</c>.</summary>
internal static class TeacherScaleCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(2);
    private static readonly Option Replicas = new("replicas", "N", "Number of replicas, each on another silo");
    private static readonly Option Min = new("min", "N", "Smallest number, when the number follows the load");
    private static readonly Option Max = new("max", "N", "Largest number, when the number follows the load");

    public static readonly Command Definition = new()
    {
        Path = "teacher scale",
        Summary = "Change how many replicas a teacher has.",
        Arguments = [ModelName.Argument],
        Options = [Replicas, Min, Max, .. CommonOptions.Connection],
        Remarks = "Each replica is on another silo. With --min and --max, a replica is added when rows wait for more than 2 s, and one is removed when they have hardly waited for a minute.",
        Example = "kd teacher scale docs-text-cnn --min 1 --max 4",
        Run = RunAsync,
    };

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        var request = new ScaleTeacherRequest
        {
            Name = invocation.Required(0),
            Replicas = invocation.Number(Replicas, 1) ?? 0,
            Min = invocation.Number(Min, 1) ?? 0,
            Max = invocation.Number(Max, 1) ?? 0,
        };
        if (request is { Replicas: 0, Min: 0, Max: 0 })
            throw new KdException("KD1703", "a number of replicas is missing.", "kd teacher scale", "Give --replicas, or --min and --max.");
        TimeProvider time = invocation.Context.Time;
        return SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            ScaleTeacherReply reply = await ScaleAsync(silo, request, stop).ConfigureAwait(false);
            long since = time.GetTimestamp();
            while (reply.Addresses.Count != reply.Replicas && reply.Trouble.Count == 0 && time.GetElapsedTime(since) < AnswerTimeout)
            {
                await Task.Delay(Pause, time, stop).ConfigureAwait(false);
                reply = await StandAsync(silo, request.Name, stop).ConfigureAwait(false);
            }

            string range = reply.Max > reply.Min ? $", between {reply.Min} and {reply.Max} by load" : "";
            invocation.Terminal.Write($"{request.Name}: {reply.Addresses.Count} of {reply.Replicas} replicas serve{range}: {string.Join(", ", reply.Addresses)}");
            foreach (Error trouble in reply.Trouble)
                invocation.Terminal.Note(trouble.ToError().ToString());
            return reply.Trouble.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
    }

    private static Task<ScaleTeacherReply> ScaleAsync(SiloConnection silo, ScaleTeacherRequest request, CancellationToken stop) => silo.Client.CallAsync(
        async () => await silo.Client.Teachers.ScaleAsync(request, cancellationToken: stop).ConfigureAwait(false));

    private static async Task<ScaleTeacherReply> StandAsync(SiloConnection silo, string name, CancellationToken stop)
    {
        TeacherOverview teacher = await silo.ReplicasAsync(name, stop).ConfigureAwait(false)
            ?? throw new KdException("KD1308", "there is no such teacher.", name, "kd teacher list shows the teachers.");
        var reply = new ScaleTeacherReply { Replicas = teacher.Replicas, Min = teacher.Min, Max = teacher.Max };
        reply.Addresses.AddRange(teacher.Places.Where(p => !p.Draining).Select(p => p.Address));
        reply.Trouble.AddRange(teacher.Trouble);
        return reply;
    }
}
