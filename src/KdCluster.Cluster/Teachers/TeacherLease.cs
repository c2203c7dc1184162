namespace KdCluster.Cluster.Teachers;

/// <summary>Whoever holds it keeps a version of a teacher on its device, even when the name stands for another by now.</summary>
internal sealed class TeacherLease(Action release) : IDisposable
{
    private Action? _release = release;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
