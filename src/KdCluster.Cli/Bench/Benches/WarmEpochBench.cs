using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Cli.Bench;

/// <summary>
/// An epoch with five teachers whose soft targets are kept in a local store, against the same student's epoch on labels alone: reading,
/// decoding, mixing and weighting, all that a warm run pays for its teachers.
/// </summary>
internal sealed class WarmEpochBench : IBench
{
    private const int Steps = 30, BatchSize = 32;

    private static readonly IReadOnlyList<((string Name, ModelSpec Spec) Student, string Weighting)> Cases =
    [
        (BenchModels.Transformer, "uniform"),
        (BenchModels.TextCnn, "reinforced"),
        (BenchModels.Bag, "uniform"),
    ];

    public string Name => "warm-epoch";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        await using WarmStore store = await WarmStore.OpenAsync(task, Steps * BatchSize, context.Folder, cancellationToken).ConfigureAwait(false);
        var rows = new List<BenchRow>();
        foreach (((string student, ModelSpec spec), string weighting) in Cases)
        {
            string Folder(int pair, string part) => Path.Combine(context.Folder, $"{student} {weighting} {pair} {part}");
            PairedCosts costs = await context.Timing(Cases.Count).MeasureAsync(
                pair => Task.FromResult(WithTeachers(store, weighting, source => EpochTimer.Run(task.Job(spec, store.Rows, source, weighting, Folder(pair, "warm")), cancellationToken))),
                pair => Task.FromResult(EpochTimer.Run(task.Job(spec, store.Rows, null, weighting, Folder(pair, "plain")), cancellationToken)),
                cancellationToken).ConfigureAwait(false);
            string note = FormattableString.Invariant($"{costs.WorkMilliseconds(Steps):0.00} against {costs.ReferenceMilliseconds(Steps):0.00} ms of processor time a step");
            rows.Add(new BenchRow($"{student}, 5 teachers, {weighting}", "plain epoch, processor") { Value = costs.Processor, Hold = Hold.AtMost(1.02), Note = note });
            rows.Add(new BenchRow($"{student}, 5 teachers, {weighting}", "plain epoch, wall") { Value = costs.Wall, Hold = Hold.AtMost(1.02) });
        }

        return rows;
    }

    private static Cost WithTeachers(WarmStore store, string weighting, Func<SoftTargetSource, Cost> run)
    {
        using SoftTargetSource source = store.Source(embedding: weighting == "reinforced");
        return run(source);
    }
}
