namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>Why a replica is avoided.</summary>
internal enum OutReason
{
    None,
    Broken,
    Silent,
    Slow,

    /// <summary>It said that it leaves, and there were others.</summary>
    Left,

    /// <summary>It answers, but does not have this teacher, or not this version of it.</summary>
    Absent,
}
