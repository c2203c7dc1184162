using KdCluster.Cluster.Teachers.Pools;

namespace KdCluster.Tests.Teachers.Pools;

/// <summary>A list that a test changes.</summary>
internal sealed class ChangingReplicas(params string[] addresses) : IReplicaList
{
    public event Action? Changed;

    public IReadOnlyList<string> Current { get; private set; } = addresses;

    public bool IsFixed { get; init; }

    public bool Disposed { get; private set; }

    /// <summary>How often it was worth looking.</summary>
    public int Looks { get; private set; }

    public void Look() => Looks++;

    public void Set(params string[] now)
    {
        Current = now;
        Changed?.Invoke();
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}
