namespace KdCluster.SoftTargets.Local;

/// <summary>Sizes and intervals; only tests take others than the defaults.</summary>
internal sealed record LocalStoreOptions
{
    /// <summary>A segment is full at this size, 64 MiB, or at 2^20 records.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Least time between two looks for rows of other processes, 1 s.</summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time that written rows wait for the disk's own confirmation, 1 s.</summary>
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time without attempts after a write failed, 5 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Rows put but not written yet beyond which a put waits, 64 MiB.</summary>
    public long PendingBytes { get; init; } = 64L << 20;
}
