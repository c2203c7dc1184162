using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>Sends a thread's reports to a grain without making the thread wait: while one is under way only the latest is kept.</summary>
internal sealed class LatestReport(Func<StudentStatus, Task> send, Action<Exception> onLost) : IDisposable
{
    private readonly SemaphoreSlim _idle = new(1);
    private StudentStatus? _latest;

    public void Post(StudentStatus status)
    {
        Volatile.Write(ref _latest, status);
        if (_idle.Wait(0))
        {
            _ = SendAsync();
        }
    }

    /// <summary>Waits for what is under way, then sends the last word, three times if need be.</summary>
    public void Finish(Func<Task> last)
    {
        _idle.Wait();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                last().GetAwaiter().GetResult();
                return;
            }
            catch (Exception e)
            {
                onLost(e);
                if (attempt == 3)
                {
                    return;
                }
            }
        }
    }

    public void Dispose() => _idle.Dispose();

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
            _idle.Release();
        }
    }
}
