using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>What a replica says of itself.</summary>
/// <param name="Description">The model.</param>
/// <param name="StoreId">The store that its silo writes to.</param>
internal sealed record ReplicaIdentity(TeacherDescription Description, string StoreId);
