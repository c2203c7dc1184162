namespace KdCluster.SoftTargets;

/// <summary>Keeps nothing: every row is a miss, and every run asks its teachers again.</summary>
public sealed class NullStore : ISoftTargetStore, ISoftTargetStoreAdmin
{
    private readonly StoreCounters _counters = new("none", _ => { });

    /// <summary>Empty: no store was asked.</summary>
    public string Id => "";

    /// <inheritdoc/>
    public ValueTask<int> GetAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, Memory<byte> rows, Memory<bool> found, CancellationToken cancellationToken)
    {
        found.Span[..keys.Length].Clear();
        _counters.Asked(keys.Length, 0);
        return ValueTask.FromResult(0);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        _counters.AddDropped(keys.Length);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public StoreCounts Counts => _counters.Read(Id);

    /// <inheritdoc/>
    public Task<StoreStats> StatsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new StoreStats(Id, [], 0, 0, _counters.Misses, 0, _counters.Dropped, Available: true));

    /// <inheritdoc/>
    public Task<StoreVerification> VerifyAsync(bool repair, CancellationToken cancellationToken, IProgress<long>? progress = null) => Task.FromResult(new StoreVerification(0, 0, 0));

    /// <inheritdoc/>
    public Task<long> ClearAsync(string? teacher, CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
