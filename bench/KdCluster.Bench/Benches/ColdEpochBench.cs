using KdCluster.Cluster;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Bench;

/// <summary>
/// The first epoch with five teachers served by a silo in this process, nothing kept yet, against the sum of what cannot be avoided: every teacher's bare forward
/// passes in full batches, and the student's plain epoch. Processor time, because the one uses several cores at once and the other one after the other.
/// </summary>
internal sealed class ColdEpochBench : IBench
{
    private const int Steps = 40, BatchSize = 32, Teachers = 5;

    public string Name => "cold-epoch";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        (string student, var spec) = BenchModels.TextCnn;
        (string teacher, var teacherSpec) = BenchModels.Transformer;
        var options = new KdClusterOptions { Home = Path.Combine(context.Folder, "home") };
        await using ServedTeachers served = await ServedTeachers.StartAsync(task, [.. Enumerable.Repeat(teacherSpec, Teachers)], options, cancellationToken).ConfigureAwait(false);
        var clients = new ITeacherClient[Teachers];
        for (int k = 0; k < Teachers; k++)
            clients[k] = await served.ConnectAsync(k, remote: false, cancellationToken).ConfigureAwait(false);

        string Folder(int pair, string part) => Path.Combine(context.Folder, $"{pair} {part}");
        // Each pair has rows of its own, which the store has never seen.
        EncodedSplit Rows(int pair) => task.Rows(Steps * BatchSize, seed: 100 + pair);
        PairedCosts costs = await context.Timing(1).MeasureAsync(
            async pair =>
            {
                EncodedSplit rows = Rows(pair);
                using var source = new SoftTargetSource(served.Store, clients, [.. clients.Select(_ => rows.Views)], null, prefetch: 8);
                Cost epoch = EpochTimer.Run(task.Job(spec, rows, source, "uniform", Folder(pair, "cold")), cancellationToken);
                return epoch + await Cost.OfAsync(() => ((ISoftTargetStoreAdmin)served.Store).FlushAsync(cancellationToken)).ConfigureAwait(false);
            },
            pair =>
            {
                EncodedSplit rows = Rows(pair);
                Cost forward = Cost.Of(() =>
                {
                    foreach (BareTeacher bare in served.Bare)
                        bare.Answer(rows.Views, BenchTask.MaxLength);
                });
                return Task.FromResult(forward + EpochTimer.Run(task.Job(spec, rows, null, "uniform", Folder(pair, "plain")), cancellationToken));
            },
            cancellationToken).ConfigureAwait(false);
        string note = FormattableString.Invariant($"{costs.WorkMilliseconds(Steps):0.0} against {costs.ReferenceMilliseconds(Steps):0.0} ms of processor time a step of {BatchSize} rows");
        return [new BenchRow($"{student}, {Teachers} x {teacher}", "bare forwards + plain epoch, processor") { Value = costs.Processor, Hold = Hold.AtMost(1.05), Note = note }];
    }
}
