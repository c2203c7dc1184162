using KdCluster.SoftTargets;

namespace KdCluster.Cli.Bench;

/// <summary>
/// Batched gets of the Redis store against the same number of equal values by a bare client on the same server, and what an entry costs the server's memory
/// beyond its own bytes. Wall time: most of it is the server's.
/// </summary>
internal sealed class RedisGetBench : IBench
{
    private const int Rows = 20_000, Batches = 60;
    private const string Get = "batched get of 32 rows x 5 sets", Bare = "bare pipelined client, wall";

    public string Name => "redis-get";

    public async Task<IReadOnlyList<BenchRow>> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        if (PrivateRedis.Executable is null)
            return [BenchRow.Skipped(Get, Bare, "redis-server is not installed")];
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
        // Short code is compiled anew while it is used for the first time: not what is to be measured.
        await load.GetAsync(10 * Batches, cancellationToken).ConfigureAwait(false);
        bare.Get(Batches, PerBatch, load.RowBytes);
        PairedCosts costs = await context.Timing(1).MeasureAsync(
            _ => load.GetAsync(Batches, cancellationToken),
            _ => Task.FromResult(bare.Get(Batches, PerBatch, load.RowBytes)),
            cancellationToken).ConfigureAwait(false);
        string note = FormattableString.Invariant($"client's processor time a batch: {costs.WorkMilliseconds(Batches) * 1000:0} us, bare {costs.ReferenceMilliseconds(Batches) * 1000:0} us");
        return
        [
            new BenchRow(Get, Bare) { Value = costs.WallRate, Hold = Hold.AtLeast(0.9), Note = note },
            new BenchRow("memory per entry", $"its {load.RowBytes} bytes") { Value = Interval.Exactly(overhead), Unit = "B", Hold = Hold.AtMost(24) },
        ];
    }
}
