namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>Replicas that a recipe names, or the one in this process.</summary>
internal sealed class FixedReplicas(IReadOnlyList<string> addresses) : IReplicaList
{
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public IReadOnlyList<string> Current => addresses;

    public bool IsFixed => true;

    public void Look()
    {
        // It is what it is.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
