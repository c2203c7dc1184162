using System.Text.Json;
using StackExchange.Redis;

namespace KdCluster.SoftTargets.Redis;

/// <summary>One set in the server, and the index over it.</summary>
internal sealed class RedisSet(SoftTargetSet set, IDatabase database, RangePool ranges, StoreCounters counters)
{
    private const int SlabsAtOnce = 64;
    private const int RowsAtOnce = 1024;
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Lock _adding = new();
    private RedisIndex? _index;

    public RedisLayout Layout { get; } = new(set);

    /// <summary>Finds what the index has; looks for new rows once when some are unknown, and passes over rows that turn out damaged. Writes nothing once it has ended, even when it was given up.</summary>
    public async Task<int> GetAsync(ReadOnlyMemory<InstanceFingerprint> keys, Memory<byte> rows, Memory<bool> found, CancellationToken cancellationToken)
    {
        int hits = 0;
        RedisIndex? index = Volatile.Read(ref _index);
        bool looked = index is null;
        while (true)
        {
            index ??= await RefreshAsync(cancellationToken).ConfigureAwait(false);
            (int hit, bool damaged) = await FetchAsync(index, keys, rows, found, cancellationToken).ConfigureAwait(false);
            hits += hit;
            if (hits == keys.Length || (looked && !damaged))
                return hits;
            if (!looked)
                index = null;
            looked = true;
        }
    }

    private async Task<(int Hits, bool Damaged)> FetchAsync(
        RedisIndex index, ReadOnlyMemory<InstanceFingerprint> keys, Memory<byte> rows, Memory<bool> found, CancellationToken cancellationToken)
    {
        using var requests = new RangeRequests(index.Texts, keys.Length);
        (int Position, int Number)[] asked = Ask(index, keys.Span, found.Span, requests);
        if (requests.Count == 0)
            return (0, false);
        int hits = 0;
        await ranges.ReadAsync(requests, (i, record) =>
        {
            (int position, int number) = asked[i];
            if (found.Span[position])
                return;   // a round that was done again
            if (Layout.IsWhole(record, RedisLayout.Short(keys.Span[position])))
            {
                record[..Layout.RowBytes].CopyTo(rows.Span[(position * Layout.RowBytes)..]);
                found.Span[position] = true;
                hits++;
                return;
            }

            index.Forget(number);
            counters.AddDamaged(record.Length == 0 ? 0 : 1);   // nothing there: the set was cleared
        }, cancellationToken).ConfigureAwait(false);
        return (hits, hits < requests.Count);
    }

    /// <summary>Asks for the rows that are not found yet and that the index has: their positions among the keys, and their numbers.</summary>
    private static (int Position, int Number)[] Ask(RedisIndex index, ReadOnlySpan<InstanceFingerprint> keys, ReadOnlySpan<bool> found, RangeRequests requests)
    {
        var asked = new (int, int)[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            int number = found[i] ? -1 : index.Find(RedisLayout.Short(keys[i]));
            if (number < 0)
                continue;
            asked[requests.Count] = (i, number);
            requests.Add(number);
        }

        return asked;
    }

    /// <summary>Appends what the server does not have. Reads nothing of the caller's once it has ended, even when it was given up: other numbers may lie there by then.</summary>
    public async Task PutAsync(ReadOnlyMemory<InstanceFingerprint> keys, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        for (int first = 0; first < keys.Length; first += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, keys.Length - first);
            (ReadOnlyMemory<InstanceFingerprint> someKeys, ReadOnlyMemory<byte> someRows) = (keys.Slice(first, count), rows.Slice(first * Layout.RowBytes, count * Layout.RowBytes));
            if (await TryAppendAsync(someKeys, someRows, cancellationToken).ConfigureAwait(false))
                continue;
            await RefreshAsync(cancellationToken).ConfigureAwait(false);   // cleared or restarted meanwhile
            if (!await TryAppendAsync(someKeys, someRows, cancellationToken).ConfigureAwait(false))
                throw new RedisServerException(RedisErrorKind.TryAgain, CommandFlags.None, "the set was cleared again and again while rows were put into it");
        }
    }

    /// <summary>Appends the rows that the index does not have; false when the index is of a generation that is gone.</summary>
    private async Task<bool> TryAppendAsync(ReadOnlyMemory<InstanceFingerprint> keys, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        RedisIndex index = Volatile.Read(ref _index) ?? await RefreshAsync(cancellationToken).ConfigureAwait(false);
        var fresh = new List<InstanceFingerprint>(keys.Length);
        var seen = new HashSet<InstanceFingerprint>(keys.Length);
        byte[] keyBytes = new byte[keys.Length * RedisLayout.KeyBytes], records = new byte[keys.Length * Layout.RecordBytes];
        for (int i = 0; i < keys.Length; i++)
        {
            InstanceFingerprint key = RedisLayout.Short(keys.Span[i]);
            if (index.Find(key) >= 0 || !seen.Add(key))
                continue;
            RedisLayout.WriteKey(keyBytes.AsSpan(fresh.Count * RedisLayout.KeyBytes), key);
            Layout.WriteRecord(records.AsSpan(fresh.Count * Layout.RecordBytes, Layout.RecordBytes), key, rows.Span.Slice(i * Layout.RowBytes, Layout.RowBytes));
            fresh.Add(key);
        }

        if (fresh.Count == 0)
            return true;
        string generation = index.Generation ?? Guid.NewGuid().ToString("N")[..8];
        int first = (int)await database.ScriptEvaluateAsync(
            RedisScripts.Append,
            [Layout.Meta, RedisLayout.Sets],
            [
                keyBytes.AsMemory(0, fresh.Count * RedisLayout.KeyBytes), records.AsMemory(0, fresh.Count * Layout.RecordBytes), RedisLayout.KeyBytes, Layout.RecordBytes,
                RedisLayout.KeysPerSlab, Layout.RowsPerSlab, generation, Layout.Name, JsonSerializer.Serialize(set), index.Generation ?? "",
            ]).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (first < 0)
            return false;
        Learn(generation, first, fresh);
        return true;
    }

    /// <summary>Indexes rows that were just appended, when nothing is between them and what is known; else the next miss reads them with the others.</summary>
    private void Learn(string generation, int first, List<InstanceFingerprint> shortKeys)
    {
        lock (_adding)
        {
            if (_index is null)
                return;
            if (_index.Generation is null && first == 0)
                Volatile.Write(ref _index, new RedisIndex(Layout, generation));
            if (_index.Generation != generation || _index.Count != first)
                return;
            foreach (InstanceFingerprint key in shortKeys)
                _index.Add(key);
        }
    }

    /// <summary>The server was away and may have lost its rows: the index is read again.</summary>
    public void Doubt() => Volatile.Write(ref _index, null);

    /// <summary>Reads the fingerprints of rows that came since the last look.</summary>
    public async Task<RedisIndex> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RedisValue[] meta = await database.HashGetAsync(Layout.Meta, ["g", "c"]).WaitAsync(cancellationToken).ConfigureAwait(false);
            string? generation = meta[0];
            int count = generation is null ? 0 : (int)meta[1];
            int from;
            RedisIndex index;
            lock (_adding)
            {
                if (_index is null || _index.Generation != generation)
                    Volatile.Write(ref _index, new RedisIndex(Layout, generation));
                index = _index;
                from = index.Count;
            }

            while (from < count)
            {
                int to = (int)Math.Min(count, ((from / RedisLayout.KeysPerSlab) + SlabsAtOnce) * (long)RedisLayout.KeysPerSlab);
                (byte[] keys, int read) = await KeysAsync(generation!, from, to, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    // A count without slabs is a damaged one: believed, it would fill this process's memory with rows that are not.
                    await ForgetAsync().ConfigureAwait(false);
                    counters.AddDamaged(1);
                    break;
                }

                lock (_adding)
                {
                    for (int number = index.Count; number < to; number++)
                        index.Add(RedisLayout.ReadKey(keys.AsSpan((number - from) * RedisLayout.KeyBytes)));
                }

                from = to;
            }

            return index;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Forgets the set at once; answers its generation, rows and dropped rows. Its slabs are left.</summary>
    public async Task<RedisResult[]> ForgetAsync() =>
        (RedisResult[])(await database.ScriptEvaluateAsync(RedisScripts.Forget, [Layout.Meta, RedisLayout.Sets], [Layout.Name]).ConfigureAwait(false))!;

    /// <summary>The short fingerprints of rows from..to, zeros where there are none; and how many bytes there were.</summary>
    public async Task<(byte[] Keys, int Read)> KeysAsync(string generation, int from, int to, CancellationToken cancellationToken)
    {
        byte[] keys = new byte[(to - from) * RedisLayout.KeyBytes];
        int read = 0;
        var replies = new List<(int At, Task<RedisResult> Bytes)>();
        IBatch batch = database.CreateBatch();
        for (int number = from; number < to;)
        {
            int slab = number / RedisLayout.KeysPerSlab, first = number % RedisLayout.KeysPerSlab;
            int count = Math.Min(to - number, RedisLayout.KeysPerSlab - first);
            replies.Add(((number - from) * RedisLayout.KeyBytes, RangeAsync(batch, Layout.KeySlab(generation, slab), first * RedisLayout.KeyBytes, count * RedisLayout.KeyBytes)));
            number += count;
        }

        batch.Execute();
        foreach ((int at, Task<RedisResult> reply) in replies)
        {
            byte[] bytes = (byte[]?)await reply.WaitAsync(cancellationToken).ConfigureAwait(false) ?? [];
            bytes.CopyTo(keys, at);
            read += bytes.Length;
        }

        return (keys, read);
    }

    /// <summary>Rows of one slab, checks included.</summary>
    public Task<RedisResult> RowsAsync(IDatabaseAsync on, string generation, int number, int count) => RangeAsync(
        on, Layout.RowSlab(generation, number / Layout.RowsPerSlab), number % Layout.RowsPerSlab * Layout.RecordBytes, count * Layout.RecordBytes);

    private static Task<RedisResult> RangeAsync(IDatabaseAsync on, RedisKey key, int start, int bytes) =>
        on.ExecuteAsync("GETRANGE", key, start, start + bytes - 1);
}
