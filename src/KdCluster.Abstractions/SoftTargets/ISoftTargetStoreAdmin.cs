namespace KdCluster.SoftTargets;

/// <summary>What an operator does with a store; never on a run's path. Unlike the store's own calls these throw <c>KD1401</c> when it cannot be reached.</summary>
public interface ISoftTargetStoreAdmin
{
    /// <summary>What it has counted since it was opened. Does not call the server.</summary>
    StoreCounts Counts { get; }

    /// <summary>What it holds and what it has counted since it was opened.</summary>
    Task<StoreStats> StatsAsync(CancellationToken cancellationToken);

    /// <summary>Reads every row and checks it; damaged rows are counted and, when <paramref name="repair"/> is set, dropped.</summary>
    /// <param name="repair">Whether damaged rows are dropped.</param>
    /// <param name="cancellationToken">Gives up; what was dropped by then stays dropped.</param>
    /// <param name="progress">Told, from any thread, how many rows more have been read.</param>
    Task<StoreVerification> VerifyAsync(bool repair, CancellationToken cancellationToken, IProgress<long>? progress = null);

    /// <summary>Deletes the rows of one teacher fingerprint, or all when it is null.</summary>
    /// <returns>Rows deleted.</returns>
    Task<long> ClearAsync(string? teacher, CancellationToken cancellationToken);

    /// <summary>Waits until everything put before is on the disk or acknowledged by the server.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}
