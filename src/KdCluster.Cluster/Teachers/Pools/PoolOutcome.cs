namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>How an attempt ended: rows, a fault, or neither when it was given up.</summary>
/// <param name="Rows">Encoded rows, one buffer per kind.</param>
/// <param name="Fault">Why there are none.</param>
internal readonly record struct PoolOutcome(IReadOnlyList<byte[]>? Rows, Exception? Fault);
