using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>One student to train.</summary>
/// <param name="Key">Whose.</param>
/// <param name="Recipe">The run's effective recipe.</param>
/// <param name="Student">Where it stands.</param>
internal sealed record StudentOrder(StudentKey Key, string Recipe, StudentStatus Student);
