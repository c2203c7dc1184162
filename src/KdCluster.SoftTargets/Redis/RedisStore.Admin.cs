using System.Text.Json;
using KdCluster.SoftTargets.Redis;
using StackExchange.Redis;

namespace KdCluster.SoftTargets;

/// <content>What an operator asks.</content>
public sealed partial class RedisStore
{
    /// <inheritdoc/>
    public StoreCounts Counts => _counters.Read(Id);

    /// <summary>As <see cref="ISoftTargetStoreAdmin.StatsAsync"/>; a server that is down gives no sets and <see cref="StoreStats.Available"/> false.</summary>
    public async Task<StoreStats> StatsAsync(CancellationToken cancellationToken)
    {
        List<StoredSet> sets = [];
        bool available = await TryAsync(async database =>
        {
            foreach (RedisSet set in await SetsAsync(database).ConfigureAwait(false))
            {
                RedisValue[] meta = await database.HashGetAsync(set.Layout.Meta, ["c", "h"]).WaitAsync(cancellationToken).ConfigureAwait(false);
                long rows = (long)meta[0];
                sets.Add(new StoredSet(set.Layout.Set, rows - (long)meta[1], set.Layout.MemoryOf(rows)));
            }
        }).ConfigureAwait(false);
        return new StoreStats(Id, sets, sets.Sum(s => s.Bytes), _counters.Hits, _counters.Misses, _counters.Damaged, _counters.Dropped, available) { Trouble = _counters.Trouble };
    }

    /// <inheritdoc/>
    public Task<StoreVerification> VerifyAsync(bool repair, CancellationToken cancellationToken, IProgress<long>? progress = null) => AdminAsync(repair, async database =>
    {
        var total = new StoreVerification(0, 0, 0);
        foreach (RedisSet set in await SetsAsync(database).ConfigureAwait(false))
        {
            StoreVerification one = await VerifyAsync(database, set, repair, progress, cancellationToken).ConfigureAwait(false);
            total = new StoreVerification(total.Rows + one.Rows, total.Damaged + one.Damaged, total.Repaired + one.Repaired);
        }

        return total;
    });

    private static async Task<StoreVerification> VerifyAsync(IDatabase database, RedisSet set, bool repair, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        RedisLayout layout = set.Layout;
        RedisValue[] meta = await database.HashGetAsync(layout.Meta, ["g", "c", "h"]).ConfigureAwait(false);
        if ((string?)meta[0] is not { } generation)
            return new StoreVerification(0, 0, 0);
        int rows = 0, dropped = 0, lost = 0, count = (int)meta[1];
        List<int> damaged = [];
        for (int first = 0; first < count; first = count - first > layout.RowsPerSlab ? first + layout.RowsPerSlab : count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int to = first + Math.Min(count - first, layout.RowsPerSlab);
            (byte[] keys, int read) = await set.KeysAsync(generation, first, to, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                // Evicted, or a damaged count: the rows are lost, and the next lookup forgets the set.
                lost = count - first;
                break;
            }

            byte[] records = (byte[]?)await set.RowsAsync(database, generation, first, to - first).ConfigureAwait(false) ?? [];
            for (int i = 0; i < to - first; i++)
            {
                InstanceFingerprint key = RedisLayout.ReadKey(keys.AsSpan(i * RedisLayout.KeyBytes));
                if (key.Value == 0)
                {
                    dropped++;
                    continue;
                }

                rows++;
                if (records.Length < (i + 1) * layout.RecordBytes || !layout.IsWhole(records.AsSpan(i * layout.RecordBytes, layout.RecordBytes), key))
                    damaged.Add(first + i);
            }

            progress?.Report(to - first);
        }

        // Slabs of fingerprints that the server evicted read as dropped rows; how many were dropped is known.
        int holes = Math.Max(0, dropped - (int)meta[2]);
        int bad = damaged.Count + lost + holes;
        if (!repair || bad == 0)
            return new StoreVerification(rows + lost + holes, bad, 0);
        if (lost > 0)
        {
            await set.ForgetAsync().ConfigureAwait(false);
            return new StoreVerification(rows + lost + holes, bad, bad);
        }

        foreach (int number in damaged)
        {
            RedisKey slab = layout.KeySlab(generation, number / RedisLayout.KeysPerSlab);
            await database.ExecuteAsync("SETRANGE", slab, number % RedisLayout.KeysPerSlab * RedisLayout.KeyBytes, new byte[RedisLayout.KeyBytes]).ConfigureAwait(false);
        }

        await database.ExecuteAsync("HINCRBY", (RedisKey)layout.Meta, "h", damaged.Count + holes).ConfigureAwait(false);
        return new StoreVerification(rows + holes, bad, bad);
    }

    /// <inheritdoc/>
    public Task<long> ClearAsync(string? teacher, CancellationToken cancellationToken) => AdminAsync(writing: true, async database =>
    {
        long cleared = 0;
        foreach (RedisSet set in (await SetsAsync(database).ConfigureAwait(false)).Where(s => teacher is null || s.Layout.Set.Teacher == teacher))
        {
            RedisLayout layout = set.Layout;
            RedisResult[] old = await set.ForgetAsync().ConfigureAwait(false);
            string generation = (string)old[0]!;
            long count = (long)old[1];
            cleared += count - (long)old[2];
            IEnumerable<RedisKey> slabs = Slabs(count, layout.RowsPerSlab, n => layout.RowSlab(generation, n)).Concat(Slabs(count, RedisLayout.KeysPerSlab, n => layout.KeySlab(generation, n)));
            foreach (RedisKey[] some in slabs.Chunk(256))
            {
                // Nothing left to delete: the count was more than there is.
                if (await database.KeyDeleteAsync(some).WaitAsync(cancellationToken).ConfigureAwait(false) == 0)
                    break;
            }

            await set.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return cleared;
    });

    /// <summary>A put has been acknowledged when it returns, so this only asks whether the server answers.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => AdminAsync(writing: false, async database => (await database.PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).Ticks);

    private static IEnumerable<RedisKey> Slabs(long rows, int perSlab, Func<long, RedisKey> key)
    {
        for (long slab = 0; slab * perSlab < rows; slab++)
            yield return key(slab);
    }

    private async Task<List<RedisSet>> SetsAsync(IDatabase database)
    {
        List<RedisSet> sets = [];
        foreach (HashEntry entry in await database.HashGetAllAsync(RedisLayout.Sets).ConfigureAwait(false))
        {
            if (Described(entry) is { } set)
                sets.Add(SetOf(set, database));
        }

        return sets;
    }

    /// <summary>Null for a description that is damaged: the others are not to suffer for it.</summary>
    private SoftTargetSet? Described(HashEntry entry)
    {
        try
        {
            SoftTargetSet? set = JsonSerializer.Deserialize<SoftTargetSet>((string)entry.Value!);
            // A set's name is a hash of its description.
            if (set is { Teacher: not null, LabelSpace: not null } && SetKey.Of(set).Name == entry.Name)
                return set;
        }
        catch (JsonException)
        {
            // Counted below, with those that are JSON and no description.
        }

        _counters.AddDamaged(1);
        return null;
    }

    private async Task<T> AdminAsync<T>(bool writing, Func<IDatabase, Task<T>> work)
    {
        try
        {
            ConnectionMultiplexer connection = await _connecting.ConfigureAwait(false);
            return await work(connection.GetDatabase()).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisErrors.IsServer(e))
        {
            throw new KdException([await DiagnoseAsync(e, writing).ConfigureAwait(false)], e);
        }
    }
}
