using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>Sends a thread's reports to a grain without making the thread wait: while one is under way only the latest is kept.</summary>
internal sealed class LatestReport(Func<StudentStatus, Task> send, Action<Exception> onLost)
{
    private readonly Lock _gate = new();
    private StudentStatus? _latest;
    private bool _sending;

    public void Post(StudentStatus status)
    {
        lock (_gate)
        {
            _latest = status;
            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        _ = SendAsync(); // Tells of its faults itself.
    }

    private async Task SendAsync()
    {
        while (Next() is { } status)
        {
            try
            {
                await send(status);
            }
            catch (Exception e)
            {
                onLost(e);
            }
        }
    }

    private StudentStatus? Next()
    {
        lock (_gate)
        {
            StudentStatus? next = _latest;
            _latest = null;
            _sending = next is not null;
            return next;
        }
    }
}
