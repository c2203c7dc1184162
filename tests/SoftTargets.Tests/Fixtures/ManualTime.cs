namespace KdCluster.Tests.Fixtures;

/// <summary>A clock that stands until it is moved; its timers fire as it passes them.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Whether anyone has looked at it.</summary>
    public bool Read { get; private set; }

    public override long GetTimestamp()
    {
        Read = true;
        return Interlocked.Read(ref _ticks);
    }

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public void Advance(TimeSpan by)
    {
        List<Alarm> due;
        lock (_gate)
        {
            long now = Interlocked.Add(ref _ticks, by.Ticks);
            due = [.. _alarms.Where(a => a.Due <= now)];
            foreach (Alarm alarm in due)
                alarm.Due = alarm.Period > TimeSpan.Zero ? now + alarm.Period.Ticks : long.MaxValue;
        }

        foreach (Alarm alarm in due)
            alarm.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        lock (_gate)
            _alarms.Add(alarm);
        return alarm;
    }

    private sealed class Alarm(ManualTime time, Action fire) : ITimer
    {
        public long Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime < TimeSpan.Zero ? long.MaxValue : Interlocked.Read(ref time._ticks) + dueTime.Ticks;
            Period = period;
            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
                time._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
