namespace KdCluster.SoftTargets;

/// <summary>What a store holds and has seen.</summary>
/// <param name="Id">The store's identity.</param>
/// <param name="Sets">What it holds, one entry per set.</param>
/// <param name="Bytes">Bytes used on the disk or in the server, overhead included.</param>
/// <param name="Hits">Rows found since it was opened.</param>
/// <param name="Misses">Rows not found since it was opened.</param>
/// <param name="Damaged">Rows found damaged, and treated as misses, since it was opened.</param>
/// <param name="Dropped">Rows that could not be written since it was opened.</param>
/// <param name="Available">Whether the last call reached it.</param>
public sealed record StoreStats(
    string Id, IReadOnlyList<StoredSet> Sets, long Bytes, long Hits, long Misses, long Damaged, long Dropped, bool Available)
{
    /// <summary>Why it does not do all of its work, as of its last calls: <c>KD1401</c>, <c>KD1402</c> or <c>KD1404</c> when it cannot be used, <c>KD1403</c> when it keeps no new rows; null while it does.</summary>
    public KdError? Trouble { get; init; }
}

/// <summary>What a store has counted since it was opened.</summary>
/// <param name="Id">The store's identity.</param>
/// <param name="Hits">Rows found.</param>
/// <param name="Misses">Rows not found.</param>
/// <param name="Damaged">Rows found damaged, and treated as misses.</param>
/// <param name="Dropped">Rows that could not be written.</param>
[GenerateSerializer, Immutable, Alias("kd.StoreCounts")]
public sealed record StoreCounts(
    [property: Id(0)] string Id, [property: Id(1)] long Hits, [property: Id(2)] long Misses, [property: Id(3)] long Damaged, [property: Id(4)] long Dropped);

/// <summary>How many rows of one set are kept.</summary>
/// <param name="Set">The set.</param>
/// <param name="Rows">Distinct rows.</param>
/// <param name="Bytes">Their bytes, overhead included.</param>
public sealed record StoredSet(SoftTargetSet Set, long Rows, long Bytes);

/// <summary>What a check of every row found.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Damaged">Rows that fail their check.</param>
/// <param name="Repaired">Damaged rows dropped.</param>
public sealed record StoreVerification(long Rows, long Damaged, long Repaired);
