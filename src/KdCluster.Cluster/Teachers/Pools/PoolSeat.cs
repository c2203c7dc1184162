namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>Room for one request at a replica.</summary>
/// <param name="Member">Where.</param>
/// <param name="Began">When it was taken, in the clock's ticks.</param>
internal readonly record struct PoolSeat(PoolMember Member, long Began);
