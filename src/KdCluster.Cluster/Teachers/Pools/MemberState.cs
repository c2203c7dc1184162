namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>What a pool thinks of a replica.</summary>
internal enum MemberState
{
    /// <summary>Not asked yet what it is.</summary>
    New,

    /// <summary>Used.</summary>
    Good,

    /// <summary>Back from being avoided: one request at a time, until one has gone well.</summary>
    Trial,

    /// <summary>Avoided until its rest is over and a probe has gone well.</summary>
    Out,

    /// <summary>No longer in the list.</summary>
    Gone,
}
