using KdCluster.Cluster.Silos;

namespace KdCluster.Cluster.Teachers;

/// <summary>The streams on which others ask this silo's teachers: they are told when the silo leaves, and it can tell whether they have all gone.</summary>
internal sealed class TeacherCallers(SiloDrain drain)
{
    private int _open;

    /// <summary>Streams that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Whether callers should go elsewhere.</summary>
    public bool Leaving => drain.Draining;

    /// <summary>A stream has begun.</summary>
    /// <param name="tell">Called once when the silo begins to leave, from any thread.</param>
    /// <returns>To be disposed of when the stream ends.</returns>
    public IDisposable Enter(Action tell)
    {
        Interlocked.Increment(ref _open);
        drain.Began += tell;
        return new Caller(() =>
        {
            drain.Began -= tell;
            Interlocked.Decrement(ref _open);
        });
    }

    private sealed class Caller(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
