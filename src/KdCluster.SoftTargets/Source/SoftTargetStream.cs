namespace KdCluster.SoftTargets.Source;

/// <summary>
/// Looks <c>prefetch</c> batches ahead: when <see cref="Take"/> has used up half of them it begins as many, so that they are asked for together. Nothing runs
/// between calls but requests.
/// </summary>
internal sealed class SoftTargetStream : ISoftTargetStream
{
    private readonly SoftTargetSource _source;
    private readonly IEnumerator<int[]> _batches;
    private readonly int _prefetch;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private readonly Queue<BatchHandle> _ahead = new();
    private bool _disposed;

    public SoftTargetStream(SoftTargetSource source, IEnumerable<int[]> batches, int prefetch, TimeProvider time, CancellationToken cancellation)
    {
        _source = source;
        _batches = batches.GetEnumerator();
        _prefetch = prefetch;
        _time = time;
        _cancellation = cancellation;
        LookAhead();
    }

    public TimeSpan Stall { get; private set; }

    public SoftTargetBatch Take()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _cancellation.ThrowIfCancellationRequested();
        if (!_ahead.TryPeek(out BatchHandle? handle))
            throw new InvalidOperationException("all batches were taken");
        if (handle.Pending() is { } pending)
        {
            long start = _time.GetTimestamp();
            try
            {
                pending.WaitAsync(_cancellation).GetAwaiter().GetResult();
            }
            finally
            {
                TimeSpan waited = _time.GetElapsedTime(start);
                Stall += waited;
                StallMetrics.Stalled(waited);
            }
        }

        _ahead.Dequeue();
        LookAhead();
        return _source.Assemble(handle);
    }

    private void LookAhead()
    {
        if (_ahead.Count > _prefetch / 2)
            return;
        while (_ahead.Count < _prefetch && !_cancellation.IsCancellationRequested && _batches.MoveNext())
            _ahead.Enqueue(_source.Begin(_batches.Current));
        _source.Fetch();
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _batches.Dispose();
        foreach (BatchHandle handle in _ahead)
            _source.End(handle);
        _ahead.Clear();
    }
}
