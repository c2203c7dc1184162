namespace KdCluster.SoftTargets.Source;

/// <summary>Bounds the decoded rows that a run keeps: the oldest are forgotten first, and then come from the store again.</summary>
internal sealed class RowMemory(long limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<(TeacherFeed Feed, RowRequest Request, long Bytes)> _kept = new();
    private long _bytes;

    public void Keep(TeacherFeed feed, RowRequest request, long bytes)
    {
        lock (_gate)
        {
            _kept.Enqueue((feed, request, bytes));
            _bytes += bytes;
            while (_bytes > limit && _kept.TryDequeue(out (TeacherFeed Feed, RowRequest Request, long Bytes) oldest))
            {
                _bytes -= oldest.Bytes;
                oldest.Feed.Forget(oldest.Request);
            }
        }
    }
}
