using KdCluster.Cli.Clusters;
using KdCluster.V1;

namespace KdCluster.Bench;

/// <summary>
/// Steps per second of one run of eight students on four trainer silos against four times those on one, with real silos, Redis and placement in this process. The steps are
/// simulated and take no processor: what is measured is whether the run keeps all silos busy, not what eight trainings would do to these cores.
/// </summary>
internal sealed class RunSpreadBench : IBench
{
    private const int Silos = 4, Students = 8, MostSteps = 80;
    private const string What = "steps/s of a run of 8 students on 4 trainer silos", Against = "4 × one silo, wall";

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);

    public string Name => "run-spread";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        if (PrivateRedis.Executable is null)
            return [BenchRow.Skipped(What, Against, "redis-server is not installed")];
        TimeSpan one = await TimeAsync(1, context, cancellationToken).ConfigureAwait(false), all = await TimeAsync(Silos, context, cancellationToken).ConfigureAwait(false);
        double ideal = Students * Steps(context) * s_step.TotalSeconds;
        return
        [
            new BenchRow(What, Against)
            {
                Value = Interval.Exactly(one / all / Silos),
                Hold = Hold.AtLeast(0.95),
                Note = FormattableString.Invariant($"one place a silo, {s_step.TotalMilliseconds:0} ms a step, from the first step to the last: {one.TotalSeconds:0.00} s on one silo (its steps alone {ideal:0.00} s), {all.TotalSeconds:0.00} s on {Silos}"),
            },
        ];
    }

    private static int Steps(BenchContext context) => (int)Math.Ceiling(MostSteps * context.Simulated);

    private static async Task<TimeSpan> TimeAsync(int silos, BenchContext context, CancellationToken cancellationToken)
    {
        var training = new TimedTraining(Steps(context), s_step, context.Time);
        SimulatedTrainers cluster = await SimulatedTrainers.StartAsync(silos, 1, training, Path.Combine(context.Folder, $"{silos}"), cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            Run run = await cluster.RunAsync(Students, cancellationToken).ConfigureAwait(false);
            if (run.State != RunState.Succeeded)
                throw new InvalidOperationException($"the run ended as {run.State}");
            return training.Span;
        }
    }
}
