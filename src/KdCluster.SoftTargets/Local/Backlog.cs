namespace KdCluster.SoftTargets.Local;

/// <summary>Bytes put but not written yet; holds putters back when there are too many.</summary>
internal sealed class Backlog(long limit)
{
    private long _bytes;
    private TaskCompletionSource _shrunk = New();

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Remove(long bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Exchange(ref _shrunk, New()).SetResult();
    }

    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref _bytes) > limit)
        {
            Task shrunk = Volatile.Read(ref _shrunk).Task;
            if (Interlocked.Read(ref _bytes) > limit)
                await shrunk.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
