using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cli.Chaos;

/// <summary>Watches a run as a client does, and measures how long its student stood still.</summary>
internal sealed class ChaosFollower(TimeProvider time)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _step;
    private long _highest;
    private long? _since;
    private double _stalled;

    /// <summary>The longest time without a step beyond what was reached before, since <see cref="Disturbed"/>; seconds.</summary>
    public double Pause { get; private set; }

    /// <summary>How much of <see cref="Pause"/> the student waited for soft targets; seconds.</summary>
    public double Stall { get; private set; }

    /// <summary>When that pause ended, to be looked up in the logs.</summary>
    public DateTimeOffset Until { get; private set; }

    /// <summary>From now on it is measured.</summary>
    public void Disturbed()
    {
        lock (_gate)
            _since = time.GetTimestamp();
    }

    /// <summary>Waits until the student has made so many steps, or the run has ended.</summary>
    public async Task ReachAsync(long step, CancellationToken stop)
    {
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (_step >= step || _ended.Task.IsCompleted)
                    return;
                moved = _moved.Task;
            }

            await Task.WhenAny(moved, _ended.Task).WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Follows to the end.</summary>
    public async Task<Run?> FollowAsync(RunHandle run, CancellationToken stop)
    {
        Run? last = null;
        try
        {
            await foreach (Run now in run.WatchAsync(stop).ConfigureAwait(false))
            {
                last = now;
                Student student = now.Students.Count > 0 ? now.Students[0] : new Student();
                Take(student.Step, student.StallShare * student.Seconds, student.Stage is "done" or "test");
            }
        }
        finally
        {
            _ended.TrySetResult();
        }

        return last;
    }

    // What is trained again after a resume is part of the pause: a step counts when it is beyond all before it.
    private void Take(long step, double stalled, bool over)
    {
        lock (_gate)
        {
            _step = step;
            if (step > _highest || over)
            {
                _highest = Math.Max(step, _highest);
                if (_since is { } since)
                {
                    if (time.GetElapsedTime(since).TotalSeconds is var pause && pause > Pause)
                        (Pause, Stall, Until) = (pause, Math.Clamp(stalled - _stalled, 0, pause), time.GetUtcNow());
                    _since = over ? null : time.GetTimestamp();
                }

                _stalled = stalled;
            }

            TaskCompletionSource before = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            before.SetResult();
        }
    }
}
