namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>One waits on it for news, or for a time. News that come while nobody waits are kept: the next wait ends at once.</summary>
internal sealed class Wakeup(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiting;
    private bool _news;

    public void Raise()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _waiting = null;
            _news = waiting is null;
        }

        waiting?.TrySetResult();
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
