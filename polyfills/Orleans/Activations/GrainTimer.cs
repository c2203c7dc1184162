using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Activations;

/// <summary>Ticks are calls of the activation; the next period starts when a tick has ended, so ticks never pile up.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly ITimer _timer;
    private TimeSpan _next;
    private TimeSpan _period;
    private bool _firing;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _timer = activation.Silo.Time.CreateTimer(static state => ((GrainTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_gate)
        {
            _next = dueTime;
            _period = period;
            // A change made by the tick itself takes effect when the tick ends.
            if (!_firing && !_disposed.IsCancellationRequested)
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
                return;
            _timer.Dispose();
        }
        _disposed.Cancel();
        _activation.Forget(this);
    }

    private static void Check(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time.TotalMilliseconds, 0xfffffffe, name);
    }

    private void Fire()
    {
        lock (_gate)
        {
            _firing = true;
            _next = _period;
        }
        _activation.TryReceive(new Tick(this) { AlwaysInterleave = _options.Interleave, KeepsAlive = _options.KeepAlive, LocalOnly = true });
    }

    private async Task RunAsync()
    {
        if (_disposed.IsCancellationRequested)
            return;
        try
        {
            await _callback(_disposed.Token);
        }
        catch (Exception exception)
        {
            _activation.Silo.Log.LogWarning(exception, "A timer of grain {GrainId} failed; it goes on", _activation.GrainId);
        }
        lock (_gate)
        {
            _firing = false;
            if (!_disposed.IsCancellationRequested)
                _timer.Change(_next, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Tick(GrainTimer timer) : Call
    {
        public override async Task RunAsync(Activation activation)
        {
            await timer.RunAsync();
            activation.Finished(this, null);
        }

        public override void Fail(Exception exception) => timer.Dispose();
    }
}
