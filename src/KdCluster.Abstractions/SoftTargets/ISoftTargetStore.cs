namespace KdCluster.SoftTargets;

/// <summary>
/// Keeps encoded rows. Both calls are batched and safe from many threads. A store that is down or damaged never throws from
/// here: what cannot be read is a miss, what cannot be written is dropped; both are counted in <see cref="ISoftTargetStoreAdmin.StatsAsync"/>.
/// </summary>
public interface ISoftTargetStore : IAsyncDisposable
{
    /// <summary>Names the place the rows are in, so that two processes can tell whether they share it.</summary>
    string Id { get; }

    /// <summary>Reads rows.</summary>
    /// <param name="set">Whose rows.</param>
    /// <param name="keys">Which, n of them.</param>
    /// <param name="rows">n × <see cref="SoftTargetSet.RowBytes"/>; a row not found is left as it was.</param>
    /// <param name="found">n flags, all written.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many were found.</returns>
    ValueTask<int> GetAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, Memory<byte> rows, Memory<bool> found, CancellationToken cancellationToken);

    /// <summary>Writes rows; a key already present keeps its row.</summary>
    /// <param name="set">Whose rows.</param>
    /// <param name="keys">Which, n of them.</param>
    /// <param name="rows">n × <see cref="SoftTargetSet.RowBytes"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask PutAsync(SoftTargetSet set, ReadOnlyMemory<InstanceFingerprint> keys, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken);
}
