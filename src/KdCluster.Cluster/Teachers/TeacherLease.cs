namespace KdCluster.Cluster.Teachers;

/// <summary>Keeps a version of a teacher on its device while it is held, even when the name stands for another version.</summary>
internal sealed class TeacherLease(Action release) : IDisposable
{
    private Action? _release = release;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
