namespace KdCluster.Tests.Support.Simulation;

/// <summary>A clock that jumps to the next timer when nothing else is left to do. For one thread.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly PriorityQueue<Alarm, (long Due, long Number)> _alarms = new();
    private long _ticks;
    private long _number;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Now => TimeSpan.FromTicks(_ticks);

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Alarm alarm = new(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Goes on to the next timer and fires it; false when there is none.</summary>
    public bool Jump()
    {
        while (_alarms.TryDequeue(out Alarm? alarm, out (long Due, long Number) key))
        {
            if (alarm.Number != key.Number)
            {
                continue;   // changed or disposed since
            }

            _ticks = Math.Max(_ticks, key.Due);
            alarm.Fire();
            return true;
        }

        return false;
    }

    private sealed class Alarm(VirtualTime time, Action fire) : ITimer
    {
        private TimeSpan _period;

        public long Number { get; private set; }

        public void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Number = ++time._number;
            if (dueTime >= TimeSpan.Zero)
            {
                time._alarms.Enqueue(this, (time._ticks + dueTime.Ticks, Number));
            }

            return true;
        }

        public void Dispose() => Number = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
