namespace KdCluster.SoftTargets.Source;

/// <summary>Bounds the decoded rows that a run keeps: the oldest are forgotten first, and then come from the store again.</summary>
internal sealed class RowMemory(long limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<(TeacherFeed Feed, Ask Ask, long Bytes)> _kept = new();
    private long _bytes;

    public void Keep(TeacherFeed feed, Ask ask, long bytes)
    {
        lock (_gate)
        {
            _kept.Enqueue((feed, ask, bytes));
            _bytes += bytes;
            while (_bytes > limit && _kept.TryDequeue(out (TeacherFeed Feed, Ask Ask, long Bytes) oldest))
            {
                _bytes -= oldest.Bytes;
                oldest.Feed.Forget(oldest.Ask);
            }
        }
    }
}
