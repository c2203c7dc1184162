namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>How long the last requests took; a quarter over their 95th percentile is when a request counts as late.</summary>
internal sealed class LatencyWindow
{
    private const int Size = 128, Enough = 20, Refresh = 8;

    // One in twenty is later than the percentile itself, most of them by nothing: asking twice for those would spend the budget for the few that hang.
    private const double Margin = 1.25;
    private static readonly TimeSpan s_unknown = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly double[] _seconds = new double[Size];
    private long _count;
    private TimeSpan _late = s_unknown;

    /// <summary>When to ask a second replica.</summary>
    public TimeSpan Late
    {
        get
        {
            lock (_gate)
            {
                return _late;
            }
        }
    }

    public void Add(TimeSpan took)
    {
        lock (_gate)
        {
            _seconds[_count++ % Size] = took.TotalSeconds;
            if (_count >= Enough && _count % Refresh == 0)
            {
                double[] sorted = _seconds[..(int)Math.Min(_count, Size)];
                Array.Sort(sorted);
                TimeSpan late = TimeSpan.FromSeconds(Margin * sorted[(int)(0.95 * (sorted.Length - 1))]);
                _late = late > s_least ? late : s_least;
            }
        }
    }
}
