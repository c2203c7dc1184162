using KdCluster.Learning.Data;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;

namespace KdCluster.Bench;

/// <summary>
/// An epoch with five teachers whose soft targets are kept in a local store, against the same student's epoch on labels alone: reading,
/// decoding, mixing and weighting, all that a warm run pays for its teachers.
/// </summary>
internal sealed class WarmEpochBench : IBench
{
    private const int BatchSize = 32, MostSteps = 200;

    // Cheap steps need many for an epoch that can be measured.
    private static readonly IReadOnlyList<((string Name, ModelSpec Spec) Student, string Weighting, int Steps)> Cases =
    [
        (BenchModels.Transformer, "uniform", 20),
        (BenchModels.TextCnn, "reinforced", 40),
        (BenchModels.Bag, "uniform", MostSteps),
    ];

    public string Name => "warm-epoch";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var task = new BenchTask();
        await using WarmStore store = await WarmStore.OpenAsync(task, MostSteps * BatchSize, context.Folder, cancellationToken).ConfigureAwait(false);
        Cost Teach(ModelSpec spec, string weighting, EncodedSplit split, string name) => WithTeachers(
            store, split, weighting, source => EpochTimer.Run(task.Job(spec, split, source, weighting, Path.Combine(context.Folder, name)), cancellationToken));
        var rows = new List<BenchRow>();
        foreach (((string student, ModelSpec spec), string weighting, int steps) in Cases)
        {
            var split = new EncodedSplit([.. store.Rows.Views.Take(steps * BatchSize)], store.Rows.Labels[..(steps * BatchSize)]);
            PairedCosts costs = await context.Timing(Cases.Count).MeasureAsync(
                pair => Task.FromResult(Teach(spec, weighting, split, $"{student} {weighting} {pair} warm")),
                pair => Task.FromResult(EpochTimer.Run(task.Job(spec, split, null, weighting, Path.Combine(context.Folder, $"{student} {weighting} {pair} plain")), cancellationToken)),
                cancellationToken).ConfigureAwait(false);
            string note = FormattableString.Invariant($"{costs.WorkMilliseconds(steps):0.00} against {costs.ReferenceMilliseconds(steps):0.00} ms of processor time a step");
            rows.Add(new BenchRow($"{student}, 5 teachers, {weighting}", "plain epoch, processor") { Value = costs.Processor, Hold = Hold.AtMost(1.02), Note = note });
            rows.Add(new BenchRow($"{student}, 5 teachers, {weighting}", "plain epoch, wall") { Value = costs.Wall, Hold = Hold.AtMost(1.02) });
        }

        return rows;
    }

    private static Cost WithTeachers(WarmStore store, EncodedSplit rows, string weighting, Func<SoftTargetSource, Cost> run)
    {
        using SoftTargetSource source = store.Source(rows, embedding: weighting == "reinforced");
        return run(source);
    }
}
