using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>Sends a thread's reports to a grain without making the thread wait: while one is under way only the latest is kept.</summary>
internal sealed class LatestReport(Func<StudentStatus, Task> send, Action<Exception> onLost)
{
    private StudentStatus? _latest;
    private int _sending;

    public void Post(StudentStatus status)
    {
        Volatile.Write(ref _latest, status);
        if (Interlocked.Exchange(ref _sending, 1) == 0)
        {
            _ = SendAsync(); // Tells of its fault itself.
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (Interlocked.Exchange(ref _latest, null) is { } status)
            {
                await send(status);
            }
        }
        catch (Exception e)
        {
            onLost(e);
        }
        finally
        {
            Volatile.Write(ref _sending, 0);
        }
    }
}
