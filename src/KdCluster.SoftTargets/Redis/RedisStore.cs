using System.Collections.Concurrent;
using KdCluster.SoftTargets.Redis;
using StackExchange.Redis;

namespace KdCluster.SoftTargets;

/// <summary>Rows in a Redis server (5 or later, one node), shared by all who name it. The server needs scripting and no settings of its own.</summary>
/// <remarks>
/// A row costs 16 bytes of the server's memory over its own, and 24 bytes of each process that reads it, for the index: a fingerprint's place
/// is known here, so that a batch is one round of range reads, on separate connections. A put is visible to all when it returns. A server that is
/// down makes every row a miss at once, is reported once, and is tried again every second.
/// </remarks>
public sealed partial class RedisStore : ISoftTargetStore, ISoftTargetStoreAdmin
{
    private readonly ConcurrentDictionary<SoftTargetSet, RedisSet> _sets = new();
    private readonly StoreCounters _counters;
    private readonly RedisAddress _address;
    private readonly Breaker _breaker;
    private readonly Breaker _writing;
    private readonly Task<ConnectionMultiplexer> _connecting;
    private readonly RangePool _ranges;
    private readonly RedisTrust _trust;

    private RedisStore(RedisAddress address, Action<KdError> warn, TimeProvider time)
    {
        _address = address;
        _counters = new StoreCounters("redis", warn);
        _breaker = new Breaker(time, TimeSpan.FromSeconds(1));
        _writing = new Breaker(time, TimeSpan.FromSeconds(1));
        _trust = RedisTrust.Of(address.Authorities);
        _ranges = new RangePool(address, _trust, time);
        _connecting = ConnectionMultiplexer.ConnectAsync(address.Options(_trust));
    }

    /// <summary>The server's address without user and password.</summary>
    public string Id => _address.Id;

    /// <summary>Opens the store; it connects in the background, and a server that is down is no error.</summary>
    /// <param name="address"><c>redis://[user:password@]host[:port][/db]</c>, <c>rediss://…[?ca=FILE]</c> for TLS: FILE (PEM) names the authorities to trust instead of the machine's.</param>
    /// <param name="warn">Hears once of each time that the server cannot be reached.</param>
    /// <param name="time">Clock of the retries.</param>
    /// <exception cref="KdException"><c>KD1404</c>: the address is not understood, or its file cannot be read.</exception>
    public static RedisStore Open(string address, Action<KdError> warn, TimeProvider time) => new(RedisAddress.Parse(address), warn, time);

    /// <inheritdoc/>
    public async ValueTask<int> GetAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, Memory<byte> rows, Memory<bool> found, CancellationToken cancellationToken)
    {
        found = found[..keys.Length];
        found.Span.Clear();
        await TryAsync(async database => await SetOf(set, database).GetAsync(keys, rows, found, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        int hits = found.Span.Count(true);
        _counters.Asked(keys.Length, hits);
        return hits;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        if (_writing.TryEnter()
            && await TryAsync(async database => await SetOf(set, database).PutAsync(keys, rows, cancellationToken).ConfigureAwait(false), writing: true).ConfigureAwait(false))
        {
            _writing.Worked();
            _counters.Written();
            return;
        }

        _counters.AddDropped(keys.Length);
    }

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _ranges.Dispose();
        await (await _connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
    }

    private RedisSet SetOf(SoftTargetSet set, IDatabase database) =>
        _sets.TryGetValue(set, out RedisSet? known) ? known : _sets.GetOrAdd(set, s => new RedisSet(s, database, _ranges, _counters));

    /// <summary>Whether the server did it.</summary>
    private async Task<bool> TryAsync(Func<IDatabase, Task> work, bool writing = false)
    {
        if (!_breaker.TryEnter())
            return false;
        try
        {
            ConnectionMultiplexer connection = await _connecting.ConfigureAwait(false);
            if (connection.IsConnected)
            {
                await work(connection.GetDatabase()).ConfigureAwait(false);
                _breaker.Worked();
                _counters.Usable();
                return true;
            }

            await FailedAsync(null, writing).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisErrors.IsServer(e))
        {
            await FailedAsync(e, writing).ConfigureAwait(false);
        }

        return false;
    }

    private async Task FailedAsync(Exception? cause, bool writing)
    {
        KdError error = await DiagnoseAsync(cause, writing).ConfigureAwait(false);
        if (error.Code == "KD1403")
        {
            // Only writing is refused: what is kept is read as before.
            _breaker.Worked();
            _counters.Usable();
            _writing.Failed();
            _counters.ComplainUnwritable(error);
            return;
        }

        _breaker.Failed();
        _counters.ComplainUnusable(error);
        foreach (RedisSet set in _sets.Values)
            set.Doubt();
    }

    /// <summary>What is wrong with the server. The multiplexer keeps to itself why it has no connection, so a plain one asks.</summary>
    private async Task<KdError> DiagnoseAsync(Exception? cause, bool writing)
    {
        if (_trust.Refusal is { } refusal)
            return RedisErrors.Unreachable(Id, refusal);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            (await RangeConnection.OpenAsync(_address, _trust, limit.Token).ConfigureAwait(false)).Dispose();
        }
        catch (RedisRefusalException e)
        {
            return RedisErrors.Refused(_address, e.Reply);
        }
        catch (Exception e) when (RedisErrors.IsServer(e) || e is OperationCanceledException)
        {
            return RedisErrors.Unreachable(Id, _trust.Refusal ?? RedisErrors.Why(cause ?? e));
        }

        return writing && RedisErrors.IsAnswer(cause)
            ? RedisErrors.Unwritable(Id, RedisErrors.Why(cause!))
            : RedisErrors.Unreachable(Id, cause is null ? "there is no connection yet." : RedisErrors.Why(cause));
    }
}
