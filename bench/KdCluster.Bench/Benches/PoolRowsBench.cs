using KdCluster.Cluster.Teachers.Pools;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Bench;

/// <summary>
/// Rows per second of a pool of 16 replicas against 16 times those of one, over real gRPC on loopback. Their devices are simulated, with a fixed time per batch: what is
/// measured is whether the pool and the wire keep all of them busy, not what 16 models would do to these cores.
/// </summary>
internal sealed class PoolRowsBench : IBench
{
    private const int Replicas = 16, BatchRows = 32, RequestRows = 32, Length = 32;

    // 400 batches a second for all of them, which is a fraction of what two cores can carry.
    private static readonly TimeSpan s_batch = TimeSpan.FromMilliseconds(40), s_ramp = TimeSpan.FromSeconds(0.5), s_measured = TimeSpan.FromSeconds(3);

    public string Name => "pool-rows";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using SimulatedTeachers teachers = await SimulatedTeachers.StartAsync(Replicas, BatchRows, s_batch, context.Time, cancellationToken).ConfigureAwait(false);
        await using TeacherPoolClient one = await teachers.ConnectAsync(1, cancellationToken).ConfigureAwait(false), all = await teachers.ConnectAsync(Replicas, cancellationToken).ConfigureAwait(false);
        TimeSpan measured = s_measured * context.Simulated;
        var load = new PoolLoad(RequestRows, Length, context.Time);
        PairedCosts costs = await context.Timing(1).MeasureAsync(
            async _ => await load.RowCostAsync(all, s_ramp, measured, cancellationToken).ConfigureAwait(false) / (1.0 / Replicas),
            _ => load.RowCostAsync(one, s_ramp, measured, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        double ideal = BatchRows / s_batch.TotalSeconds, alone = 1 / Interval.Of([.. costs.Pairs.Select(p => p.Reference.Wall)]).Median;
        double processor = Interval.Of([.. costs.Pairs.Select(p => p.Work.Processor / Replicas)]).Median;
        return
        [
            new BenchRow($"rows/s of {Replicas} replicas, {s_batch.TotalMilliseconds:0} ms a batch", $"{Replicas} × one, wall")
            {
                Value = costs.WallRate,
                Hold = Hold.AtLeast(0.95),
                Note = FormattableString.Invariant($"one replica {alone:0} of {ideal:0} rows/s, its device's own; {processor * 1e6 * BatchRows:0} µs of processor time a batch of {BatchRows} rows, both ends of the wire"),
            },
        ];
    }
}
