using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Teachers;

/// <summary>A request whose rows may be computed in several batches. Rows are written by lanes, each to its own place.</summary>
internal sealed class PendingRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    /// <param name="layouts">What is asked for, and where each row of it lies.</param>
    /// <param name="rows">How many rows, at least one.</param>
    /// <param name="asker">Who asks; the teacher is shared fairly between askers.</param>
    /// <param name="cancellationToken">Its asker gives up.</param>
    public PendingRequest(IReadOnlyList<RowLayout> layouts, int rows, string asker, CancellationToken cancellationToken)
    {
        (Layouts, Asker) = (layouts, asker);
        Cancelled = cancellationToken;
        Buffers = [.. layouts.Select(l => new byte[l.Bytes])];
        _left = rows;
    }

    /// <summary>What is asked for.</summary>
    public IReadOnlyList<RowLayout> Layouts { get; }

    /// <summary>Who asks.</summary>
    public string Asker { get; }

    /// <summary>Encoded rows, one buffer per output.</summary>
    public byte[][] Buffers { get; }

    /// <summary>Whether its asker has given up.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Ends when every row is there, or with the first failure.</summary>
    public Task Completion => _done.Task;

    public Span<byte> RowOf(int output, int row) => Buffers[output].AsSpan(Layouts[output].BytesOf(row));

    public void RowDone()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.TrySetResult();
        }
    }

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
