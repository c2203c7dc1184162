using KdCluster.Cli.Clusters;
using KdCluster.SoftTargets;

namespace KdCluster.Bench;

/// <summary>
/// Batched gets of the Redis store against the same number of equal values by a bare client on the same server, and what an entry costs the server's memory
/// beyond its own bytes. Wall time: most of it is the server's.
/// </summary>
internal sealed class RedisGetBench : IBench
{
    private const int Rows = 20_000, Batches = 60;
    private const string Bare = "bare pipelined client, wall";

    public string Name => "redis-get";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        if (PrivateRedis.Executable is null)
            return [BenchRow.Skipped("batched get", Bare, "redis-server is not installed")];
        await using PrivateRedis server = await PrivateRedis.StartAsync(context.Folder, cancellationToken).ConfigureAwait(false);
        await using ISoftTargetStore store = StoreFactory.Open(
            $"redis://127.0.0.1:{server.Port}", context.Folder, e => throw new KdException(e.Code, e.What, e.Where, e.Remedy), context.Time);
        var load = new StoreLoad(store, Rows);
        using var bare = new BareRedisClient(server.Port);
        long before = bare.UsedMemory();
        await load.FillAsync(cancellationToken).ConfigureAwait(false);
        double overhead = ((double)(bare.UsedMemory() - before) / load.Entries) - load.RowBytes;
        bare.Fill(load.RowBytes);
        const int PerBatch = StoreLoad.Batch * StoreLoad.Sets;
        async Task<BenchRow> CompareAsync(string what, Func<Task<Cost>> get, Hold? hold)
        {
            PairedCosts costs = await context.Timing(2).MeasureAsync(
                _ => get(), _ => Task.FromResult(bare.Get(Batches, PerBatch, load.RowBytes)), cancellationToken).ConfigureAwait(false);
            string note = FormattableString.Invariant($"client's processor time: {costs.WorkMilliseconds(Batches) * 1000:0} us, bare {costs.ReferenceMilliseconds(Batches) * 1000:0} us");
            return new BenchRow(what, Bare) { Value = costs.WallRate, Hold = hold, Note = note };
        }

        return
        [
            await CompareAsync($"batched get of {PerBatch} rows of a set", () => load.GetOfOneSetAsync(Batches, cancellationToken), Hold.AtLeast(0.9)).ConfigureAwait(false),
            await CompareAsync("get of 32 rows x 5 sets, five calls", () => load.GetAsync(Batches, cancellationToken), null).ConfigureAwait(false),
            new BenchRow("memory per entry", $"its {load.RowBytes} bytes") { Value = Interval.Exactly(overhead), Unit = "B", Hold = Hold.AtMost(24) },
        ];
    }
}
