namespace KdCluster.Cluster.Teachers;

/// <summary>Events per second over the last seconds.</summary>
/// <param name="time">The clock.</param>
internal sealed class RateMeter(TimeProvider time)
{
    private const int Seconds = 5;

    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[Seconds + 1];
    private readonly long _since = time.GetTimestamp();
    private long _second;

    public long Total { get; private set; }

    /// <summary>Per second, over the whole seconds that have passed of the last five; 0 in the first second.</summary>
    public double Rate
    {
        get
        {
            lock (_gate)
            {
                Turn();
                long whole = Math.Min(_second, Seconds);
                return whole == 0 ? 0 : (_counts.Sum() - _counts[_second % _counts.Length]) / (double)whole;
            }
        }
    }

    public void Add(long count)
    {
        lock (_gate)
        {
            Turn();
            _counts[_second % _counts.Length] += count;
            Total += count;
        }
    }

    private void Turn()
    {
        long now = (long)time.GetElapsedTime(_since).TotalSeconds;
        for (long second = Math.Max(_second + 1, now - Seconds); second <= now; second++)
        {
            _counts[second % _counts.Length] = 0;
        }

        _second = Math.Max(_second, now);
    }
}
