using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Teachers;

/// <summary>A request whose rows may be computed in several batches. Rows are written by lanes, each to its own place.</summary>
internal sealed class PendingRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    /// <param name="sets">What is asked for.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="asker">Who asks; the teacher is shared fairly between askers.</param>
    /// <param name="cancellationToken">Its asker gives up.</param>
    public PendingRequest(IReadOnlyList<SoftTargetSet> sets, int rows, string asker, CancellationToken cancellationToken)
    {
        (Sets, Asker) = (sets, asker);
        Cancelled = cancellationToken;
        Buffers = [.. sets.Select(s => new byte[(long)rows * s.RowBytes])];
        _left = rows;
    }

    /// <summary>What is asked for.</summary>
    public IReadOnlyList<SoftTargetSet> Sets { get; }

    /// <summary>Who asks.</summary>
    public string Asker { get; }

    /// <summary>Encoded rows, one buffer per set.</summary>
    public byte[][] Buffers { get; }

    /// <summary>Whether its asker has given up.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Ends when every row is there, or with the first failure.</summary>
    public Task Completion => _done.Task;

    public Span<byte> RowOf(int set, int row) => Buffers[set].AsSpan(row * Sets[set].RowBytes, Sets[set].RowBytes);

    public void RowDone()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.TrySetResult();
        }
    }

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
