using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>One student to train.</summary>
/// <param name="Key">Whose.</param>
/// <param name="Recipe">The run's effective recipe.</param>
/// <param name="Student">Where it stands.</param>
/// <param name="Attempt">Which beginning of the run this belongs to; the highest owns the student's folder.</param>
internal sealed record StudentOrder(StudentKey Key, string Recipe, StudentStatus Student, long Attempt);
