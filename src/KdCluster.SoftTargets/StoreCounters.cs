namespace KdCluster.SoftTargets;

/// <summary>What a store counts from its opening on, and its one complaint at a time.</summary>
internal sealed class StoreCounters(string kind, Action<KdError> warn)
{
    private readonly StoreMetrics _metrics = new(kind);
    private long _hits;
    private long _misses;
    private long _damaged;
    private long _dropped;
    private int _complained;

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

    /// <summary>Tells the owner, once until <see cref="Recovered"/>.</summary>
    public void Complain(KdError error)
    {
        if (Interlocked.Exchange(ref _complained, 1) == 0)
        {
            _metrics.Outage();
            warn(error);
        }
    }

    /// <summary>It works again; returns whether there had been a complaint.</summary>
    public bool Recovered() => Volatile.Read(ref _complained) != 0 && Interlocked.Exchange(ref _complained, 0) == 1;
}
