namespace KdCluster.SoftTargets.Source;

/// <summary>Rows of one teacher fetched together, and their numbers once they are there.</summary>
internal sealed class RowRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RowLayout[] _layouts = [];
    private float[][] _values = [];
    private bool[] _kept = [];
    private int _offset;

    /// <summary>Distinct rows, in the order in which they are wanted. Set before it is begun.</summary>
    public int[] Rows { get; set; } = [];

    public Task Done => _done.Task;

    /// <summary>Streams that wait for it; one that nobody waits for is not begun. Guarded by the feed's lock.</summary>
    public int Wanted { get; set; }

    /// <summary>How many of its rows the store had.</summary>
    public int StoreHits => _kept.AsSpan(_offset, Rows.Length).Count(true);

    /// <summary>Hands over the numbers.</summary>
    /// <param name="layouts">Per output, where the rows of this and other requests lie.</param>
    /// <param name="values">Per output, their numbers.</param>
    /// <param name="offset">This request's first row in them.</param>
    /// <param name="kept">Which rows the store had, in the same order.</param>
    public void Complete(RowLayout[] layouts, float[][] values, int offset, bool[] kept)
    {
        _layouts = layouts;
        _values = values;
        _offset = offset;
        _kept = kept;
        _done.SetResult();
    }

    public void Fail(Exception cause)
    {
        _done.TrySetException(cause);
        _ = _done.Task.Exception;   // observed: nobody may be waiting any more
    }

    /// <summary>Whether the store had the row.</summary>
    public bool IsKept(int index) => _kept[_offset + index];

    /// <summary>One row's numbers of one output.</summary>
    public ReadOnlyMemory<float> Values(int output, int index) => _values[output].AsMemory(_layouts[output].ValuesOf(_offset + index));
}
