using KdCluster.Cluster.Devices;

namespace KdCluster.Cluster.Teachers;

/// <summary>
/// Joins the rows of all requests into device batches. A batch holds rows of one length bucket and always has the same shape
/// [rows, bucket], padded when too few rows came within the linger: so a row's answer does not depend on its company, and the same
/// instance gets the same bytes whoever asks, alone or in a crowd (ADR 2).
/// </summary>
internal sealed class TeacherBatcher : IAsyncDisposable
{
    private readonly SortedDictionary<int, Queue<PendingRow>> _buckets = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly DeviceWorker _worker;
    private readonly Func<int, int> _bucketOf;
    private readonly Action<int, IReadOnlyList<PendingRow>> _compute;
    private readonly int _rows;
    private readonly TimeSpan _linger;
    private readonly TimeProvider _time;
    private readonly Task _pump;

    /// <param name="worker">Where batches are computed.</param>
    /// <param name="bucketOf">The padded length for a row's own length.</param>
    /// <param name="compute">Computes a batch on a lane: (padded length, rows). Must end every row's request.</param>
    /// <param name="rows">Rows in a batch.</param>
    /// <param name="linger">How long a row waits for company.</param>
    /// <param name="time">The clock.</param>
    public TeacherBatcher(
        DeviceWorker worker, Func<int, int> bucketOf, Action<int, IReadOnlyList<PendingRow>> compute, int rows, TimeSpan linger, TimeProvider time)
    {
        (_worker, _bucketOf, _compute, _rows, _linger, _time) = (worker, bucketOf, compute, rows, linger, time);
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Rows that wait for a batch.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _buckets.Values.Sum(q => q.Count);
            }
        }
    }

    /// <summary>Adds the rows of a request.</summary>
    public void Add(PendingRequest request, IReadOnlyList<int[]> inputs)
    {
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            for (int i = 0; i < inputs.Count; i++)
            {
                int bucket = _bucketOf(inputs[i].Length);
                if (!_buckets.TryGetValue(bucket, out Queue<PendingRow>? queue))
                {
                    _buckets[bucket] = queue = new Queue<PendingRow>();
                }

                queue.Enqueue(new PendingRow(inputs[i], request, i, now));
            }
        }

        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pump;
        PendingRow[] left;
        lock (_gate)
        {
            left = [.. _buckets.Values.SelectMany(q => q)];
            _buckets.Clear();
        }

        foreach (PendingRow row in left)
        {
            row.Request.Fail(new KdException("KD1306", "the teacher was taken off its device while rows waited.", null, "Ask again."));
        }

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
                (int length, List<PendingRow>? batch, TimeSpan wait) = Next();
                if (batch is null)
                {
                    await _signal.WaitAsync(wait, _stop.Token);
                    continue;
                }

                try
                {
                    await _worker.PostAsync(() => _compute(length, batch), _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    batch.ForEach(r => r.Request.Fail(new KdException("KD1306", "the teacher was taken off its device while rows waited.", null, "Ask again.")));
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: what still waits is failed there.
        }
    }

    /// <summary>The full bucket that has waited longest, if any; else the bucket that has waited longest, once its linger is over; else how long to wait.</summary>
    private (int Length, List<PendingRow>? Batch, TimeSpan Wait) Next()
    {
        lock (_gate)
        {
            (int Length, Queue<PendingRow> Queue)? oldest = null, full = null;
            foreach ((int length, Queue<PendingRow> queue) in _buckets)
            {
                while (queue.Count > 0 && queue.Peek().Request.Cancelled.IsCancellationRequested)
                {
                    queue.Dequeue().Request.Fail(new OperationCanceledException("the asker gave up."));
                }

                if (queue.Count > 0 && (oldest is null || queue.Peek().Since < oldest.Value.Queue.Peek().Since))
                {
                    oldest = (length, queue);
                }

                if (queue.Count >= _rows && (full is null || queue.Peek().Since < full.Value.Queue.Peek().Since))
                {
                    full = (length, queue);
                }
            }

            if (full is { } ready)
            {
                return (ready.Length, Take(ready.Queue), TimeSpan.Zero);
            }

            if (oldest is not { } first)
            {
                return (0, null, Timeout.InfiniteTimeSpan);
            }

            TimeSpan left = _linger - _time.GetElapsedTime(first.Queue.Peek().Since);
            return left <= TimeSpan.Zero ? (first.Length, Take(first.Queue), TimeSpan.Zero) : (0, null, left);
        }
    }

    private List<PendingRow> Take(Queue<PendingRow> queue)
    {
        List<PendingRow> batch = new(Math.Min(_rows, queue.Count));
        while (batch.Count < _rows && queue.TryDequeue(out PendingRow row))
        {
            batch.Add(row);
        }

        return batch;
    }
}
