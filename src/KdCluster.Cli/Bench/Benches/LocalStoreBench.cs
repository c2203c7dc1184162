using KdCluster.SoftTargets;

namespace KdCluster.Cli.Bench;

/// <summary>How long the soft targets of one batch take from the local store: 32 rows of 14 classes from each of five teachers.</summary>
internal sealed class LocalStoreBench : IBench
{
    private const int Rows = 20_000, Gets = 400;

    public string Name => "local-store";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using ISoftTargetStore store = StoreFactory.Open("local", context.Folder, e => throw new KdException(e.Code, e.What, e.Where, e.Remedy), context.Time);
        var load = new StoreLoad(store, Rows);
        await load.FillAsync(cancellationToken).ConfigureAwait(false);
        await ((ISoftTargetStoreAdmin)store).FlushAsync(cancellationToken).ConfigureAwait(false);
        await load.GetAsync(2 * Gets, cancellationToken).ConfigureAwait(false);
        var processor = new List<double>();
        var wall = new List<double>();
        for (int repeat = 0; repeat < context.Pairs; repeat++)
        {
            Cost cost = await load.GetAsync(Gets, cancellationToken).ConfigureAwait(false);
            processor.Add(cost.Processor * 1e6 / Gets);
            wall.Add(cost.Wall * 1e6 / Gets);
        }

        return
        [
            new BenchRow("get of 32 rows x 5 sets", "processor") { Value = Interval.Of(processor), Unit = "us" },
            new BenchRow("get of 32 rows x 5 sets", "wall") { Value = Interval.Of(wall), Unit = "us" },
        ];
    }
}
