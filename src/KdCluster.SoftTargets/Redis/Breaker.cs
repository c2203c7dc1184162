namespace KdCluster.SoftTargets.Redis;

/// <summary>Keeps calls from waiting for a server that does not answer: after a failure all are turned away for a while, then one tries.</summary>
internal sealed class Breaker(TimeProvider time, TimeSpan rest)
{
    private long _until = long.MinValue;

    /// <summary>Whether to try; of many callers after a rest one is let through.</summary>
    public bool TryEnter()
    {
        long until = Interlocked.Read(ref _until);
        if (until == long.MinValue)
            return true;
        long now = time.GetTimestamp();
        return now >= until && Interlocked.CompareExchange(ref _until, now + Ticks(), until) == until;
    }

    public void Failed() => Interlocked.Exchange(ref _until, time.GetTimestamp() + Ticks());

    public void Worked() => Interlocked.Exchange(ref _until, long.MinValue);

    private long Ticks() => (long)(rest.TotalSeconds * time.TimestampFrequency);
}
