using KdCluster.Instances;

namespace KdCluster.Cluster.Teachers;

/// <summary>One row of one request, waiting for a batch.</summary>
/// <param name="View">The instance, model-ready.</param>
/// <param name="Request">Whose it is.</param>
/// <param name="Index">Its row there.</param>
/// <param name="Since">When it came, in the clock's ticks.</param>
internal readonly record struct PendingRow(InstanceView View, PendingRequest Request, int Index, long Since);
