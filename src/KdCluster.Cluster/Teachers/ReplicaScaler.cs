namespace KdCluster.Cluster.Teachers;

/// <summary>
/// How many replicas a teacher should have, by the time that its rows wait. Slow to follow on purpose (hysteresis): a replica takes seconds to load, and
/// one that was taken away in a pause between two runs is missed in the next.
/// </summary>
/// <param name="calm">How long rows must hardly wait before a replica is taken away.</param>
/// <param name="time">The clock.</param>
internal sealed class ReplicaScaler(TimeSpan calm, TimeProvider time)
{
    /// <summary>Seconds of waiting that are too many.</summary>
    public const double Long = 2;

    /// <summary>Seconds of waiting that one replica less could bear.</summary>
    public const double Short = 0.2;

    private static readonly TimeSpan s_beforeMore = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(10);

    private long? _longSince;
    private long? _shortSince;
    private long? _changed;

    /// <param name="desired">Replicas wanted so far.</param>
    /// <param name="serving">Replicas there are.</param>
    /// <param name="queueSeconds">How long rows wait: those queued over those computed per second, all replicas together.</param>
    /// <param name="min">The fewest.</param>
    /// <param name="max">The most.</param>
    /// <returns>Replicas wanted from now on.</returns>
    public int Next(int desired, int serving, double queueSeconds, int min, int max)
    {
        long now = time.GetTimestamp();
        _longSince = queueSeconds > Long ? _longSince ?? now : null;
        _shortSince = queueSeconds < Short ? _shortSince ?? now : null;
        int next = Math.Clamp(desired, min, max);
        bool settled = serving >= desired && (_changed is not { } changed || time.GetElapsedTime(changed, now) >= s_settle);
        if (next == desired && settled)
        {
            next = _longSince is { } busy && time.GetElapsedTime(busy, now) >= s_beforeMore ? Math.Min(desired + 1, max)
                : _shortSince is { } idle && time.GetElapsedTime(idle, now) >= calm ? Math.Max(desired - 1, min)
                : desired;
        }

        if (next != desired)
        {
            _changed = now;
            (_longSince, _shortSince) = (null, null);
        }

        return next;
    }
}
