namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>What a replica gives to be known of itself, unasked.</summary>
/// <param name="Queue">Rows that wait there.</param>
/// <param name="Leaving">It still answers, but callers should ask another replica if they can.</param>
/// <param name="Broken">Its connection broke, and nothing more comes; null while it lives.</param>
internal readonly record struct ReplicaSign(int Queue, bool Leaving = false, Exception? Broken = null);
