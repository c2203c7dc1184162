namespace KdCluster.Cluster.Silos;

/// <summary>One waits on it for news, or for a time. News that come while nobody waits are kept: the next wait ends at once.</summary>
internal sealed class Wakeup(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiting;
    private bool _news;

    public void Raise()
    {
        lock (_gate)
        {
            // A wait that its time has ended already hears nothing: then the news are for the next one.
            _news = _waiting is null || !_waiting.TrySetResult();
            _waiting = null;
        }
    }

    /// <summary>Ends with news, after a time, or when the wait is given up; the caller looks which.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_news)
            {
                _news = false;
                return;
            }

            _waiting = waiting;
        }

        using ITimer timer = time.CreateTimer(_ => waiting.TrySetResult(), null, atMost, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration given = cancellationToken.Register(() => waiting.TrySetResult());
        await waiting.Task;
    }
}
