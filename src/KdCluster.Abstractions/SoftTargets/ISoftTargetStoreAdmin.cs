namespace KdCluster.SoftTargets;

/// <summary>What an operator does with a store; never on a run's path. Unlike the store's own calls these throw <c>KD1401</c> when it cannot be reached.</summary>
public interface ISoftTargetStoreAdmin
{
    /// <summary>What it has counted since it was opened; asks nobody.</summary>
    StoreCounts Counts { get; }

    /// <summary>What it holds and what it has counted since it was opened.</summary>
    Task<StoreStats> StatsAsync(CancellationToken cancellationToken);

    /// <summary>Reads every row and checks it; damaged rows are counted and, when <paramref name="repair"/> is set, dropped.</summary>
    Task<StoreVerification> VerifyAsync(bool repair, CancellationToken cancellationToken);

    /// <summary>Deletes the rows of one teacher fingerprint, or all when it is null.</summary>
    /// <returns>Rows deleted.</returns>
    Task<long> ClearAsync(string? teacher, CancellationToken cancellationToken);

    /// <summary>Waits until everything put before is on the disk or acknowledged by the server.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}
