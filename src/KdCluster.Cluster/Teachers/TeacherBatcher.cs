using KdCluster.Cluster.Devices;
using KdCluster.Instances;

namespace KdCluster.Cluster.Teachers;

/// <summary>
/// Joins the rows of all requests into device batches. A batch holds rows of one length bucket and always has the same shape
/// [rows, bucket], padded when too few rows came within the linger: so a row's answer does not depend on its company, and the same
/// instance gets the same bytes for every caller, alone or among others (ADR 2). What waits at the device is not a batch but a claim to one:
/// its rows are chosen when a lane begins with it, so that those which came meanwhile are among them.
/// </summary>
internal sealed class TeacherBatcher : IAsyncDisposable
{
    private readonly FairRows _waiting;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly DeviceWorker _worker;
    private readonly Func<int, int> _bucketOf;
    private readonly Action<int, IReadOnlyList<PendingRow>> _compute;
    private readonly TimeProvider _time;
    private readonly Task _pump;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    /// <param name="worker">Where batches are computed.</param>
    /// <param name="bucketOf">The padded length for a row's own length.</param>
    /// <param name="compute">Computes a batch on a lane: (padded length, rows). Must end every row's request.</param>
    /// <param name="rows">Rows in a batch.</param>
    /// <param name="linger">How long a row waits for company.</param>
    /// <param name="time">The clock.</param>
    public TeacherBatcher(
        DeviceWorker worker, Func<int, int> bucketOf, Action<int, IReadOnlyList<PendingRow>> compute, int rows, TimeSpan linger, TimeProvider time)
    {
        (_worker, _bucketOf, _compute, _time) = (worker, bucketOf, compute, time);
        _waiting = new FairRows(rows, linger, time);
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Rows that wait for a batch.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds the rows of a request.</summary>
    public void Add(PendingRequest request, IReadOnlyList<InstanceView> inputs)
    {
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            for (int i = 0; i < inputs.Count; i++)
            {
                _waiting.Add(_bucketOf(inputs[i].Length), new PendingRow(inputs[i], request, i, now));
            }
        }

        Wake();
    }

    /// <summary>Fails what waits, and returns when no batch is computed any more: only then may the model go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pump;
        PendingRow[] left;
        lock (_gate)
        {
            left = _waiting.Clear();
            if (_running == 0)
            {
                _idle.TrySetResult();
            }
        }

        foreach (PendingRow row in left)
        {
            row.Request.Fail(new KdException("KD1306", "the teacher was removed from its device while rows waited.", null, "Ask again."));
        }

        await _idle.Task;
        _signal.Dispose();
        _stop.Dispose();
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                TimeSpan wait;
                lock (_gate)
                {
                    wait = _waiting.Wait();
                }

                if (wait != TimeSpan.Zero)
                {
                    await _signal.WaitAsync(wait, _stop.Token);
                    continue;
                }

                // One claim at a time: the next one queues as soon as a lane has begun with this one.
                TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await _worker.PostAsync(() => Begin(begun), _stop.Token);
                await begun.Task.WaitAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: what still waits is failed there.
        }
    }

    /// <summary>On a lane: takes the rows that are best now.</summary>
    private void Begin(TaskCompletionSource begun)
    {
        int length;
        List<PendingRow>? batch;
        lock (_gate)
        {
            (length, batch, _) = _stop.IsCancellationRequested ? default : _waiting.Next();
            _running++;
        }

        begun.SetResult();
        try
        {
            if (batch is { Count: > 0 })   // else all of it was given up meanwhile
            {
                _compute(length, batch);
            }
        }
        finally
        {
            lock (_gate)
            {
                if (--_running == 0 && _stop.IsCancellationRequested)
                {
                    _idle.TrySetResult();
                }
            }
        }
    }
}
