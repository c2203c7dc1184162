namespace KdCluster.SoftTargets;

/// <summary>What a store has counted since it was opened, and what currently keeps it from reading or writing. Each trouble is reported once.</summary>
internal sealed class StoreCounters(string kind, Action<KdError> warn)
{
    private readonly StoreMetrics _metrics = new(kind);
    private long _hits;
    private long _misses;
    private long _damaged;
    private long _dropped;
    private KdError? _unusable;
    private KdError? _unwritable;

    public long Hits => Interlocked.Read(ref _hits);

    public long Misses => Interlocked.Read(ref _misses);

    public long Damaged => Interlocked.Read(ref _damaged);

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>All of them now.</summary>
    public StoreCounts Read(string id) => new(id, Hits, Misses, Damaged, Dropped);

    public void Asked(int rows, int found)
    {
        Interlocked.Add(ref _hits, found);
        Interlocked.Add(ref _misses, rows - found);
        _metrics.Asked(rows, found);
    }

    public void AddDamaged(long rows)
    {
        Interlocked.Add(ref _damaged, rows);
        _metrics.Damaged(rows);
    }

    public void AddDropped(long rows)
    {
        Interlocked.Add(ref _dropped, rows);
        _metrics.Dropped(rows);
    }

    /// <summary>Why the store does not do all of its work; null while it does.</summary>
    public KdError? Trouble => Volatile.Read(ref _unusable) ?? Volatile.Read(ref _unwritable);

    /// <summary>The store cannot be used. Tells the owner, once until <see cref="Usable"/>.</summary>
    public void ComplainUnusable(KdError error) => Complain(ref _unusable, error);

    /// <summary>The store can be read and not written. Tells the owner, once until <see cref="Written"/>.</summary>
    public void ComplainUnwritable(KdError error) => Complain(ref _unwritable, error);

    /// <summary>The store answered.</summary>
    public void Usable() => Clear(ref _unusable);

    /// <summary>Rows were written.</summary>
    public void Written() => Clear(ref _unwritable);

    private void Complain(ref KdError? trouble, KdError error)
    {
        if (Interlocked.Exchange(ref trouble, error) is null)
        {
            _metrics.Outage();
            warn(error);
        }
    }

    private static void Clear(ref KdError? trouble)
    {
        if (Volatile.Read(ref trouble) is not null)
            Volatile.Write(ref trouble, null);
    }
}
