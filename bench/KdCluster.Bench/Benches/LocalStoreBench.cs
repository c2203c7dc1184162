using KdCluster.SoftTargets;

namespace KdCluster.Bench;

/// <summary>How long the soft targets of one batch take from the local store: 32 rows of 14 classes from each of five teachers, as they were written and after it was opened again.</summary>
internal sealed class LocalStoreBench : IBench
{
    private const int Rows = 20_000, Gets = 400;
    private const string What = "get of 32 rows x 5 sets";

    public string Name => "local-store";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<Cost> written;
        await using (ISoftTargetStore store = Open(context))
        {
            var load = new StoreLoad(store, Rows);
            await load.FillAsync(cancellationToken).ConfigureAwait(false);
            await ((ISoftTargetStoreAdmin)store).FlushAsync(cancellationToken).ConfigureAwait(false);
            written = await GetAsync(load, context.Pairs, cancellationToken).ConfigureAwait(false);
        }

        var opened = new List<double>();
        for (int repeat = 0; repeat < context.Pairs; repeat++)
        {
            CostClock clock = CostClock.Start();
            await using ISoftTargetStore store = Open(context);
            // Without the count nothing need have been read yet.
            await ((ISoftTargetStoreAdmin)store).StatsAsync(cancellationToken).ConfigureAwait(false);
            opened.Add(clock.Read().Wall * 1e3);
        }

        await using ISoftTargetStore again = Open(context);
        IReadOnlyList<Cost> reopened = await GetAsync(new StoreLoad(again, Rows), context.Pairs, cancellationToken).ConfigureAwait(false);
        return
        [
            new BenchRow(What, "processor") { Value = Interval.Of([.. written.Select(c => c.Processor * 1e6)]), Unit = "us" },
            new BenchRow(What, "wall") { Value = Interval.Of([.. written.Select(c => c.Wall * 1e6)]), Unit = "us" },
            new BenchRow($"{What}, opened again", "processor") { Value = Interval.Of([.. reopened.Select(c => c.Processor * 1e6)]), Unit = "us" },
            new BenchRow($"opening {Rows * StoreLoad.Sets:N0} rows", "wall") { Value = Interval.Of(opened), Unit = "ms" },
        ];
    }

    private static ISoftTargetStore Open(BenchContext context) =>
        StoreFactory.Open("local", context.Folder, e => throw new KdException(e.Code, e.What, e.Where, e.Remedy), context.Time);

    /// <summary>What one get takes, so many times measured.</summary>
    private static async Task<IReadOnlyList<Cost>> GetAsync(StoreLoad load, int repeats, CancellationToken cancellationToken)
    {
        await load.GetAsync(2 * Gets, cancellationToken).ConfigureAwait(false);
        var costs = new List<Cost>();
        for (int repeat = 0; repeat < repeats; repeat++)
            costs.Add(await load.GetAsync(Gets, cancellationToken).ConfigureAwait(false) / Gets);
        return costs;
    }
}
