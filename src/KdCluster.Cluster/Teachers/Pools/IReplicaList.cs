namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>Where a teacher's replicas are at present.</summary>
internal interface IReplicaList : IAsyncDisposable
{
    /// <summary>Addresses, each once, in any order.</summary>
    IReadOnlyList<string> Current { get; }

    /// <summary>Whether it never changes: then a teacher that is gone from all of them is gone.</summary>
    bool IsFixed { get; }

    /// <summary>One of them was lost: it is worth looking at once.</summary>
    void Look();

    /// <summary>Raised when <see cref="Current"/> has changed; from any thread.</summary>
    event Action? Changed;
}
