using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>One student to train.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Recipe">The run's effective recipe.</param>
/// <param name="Student">Where it stands; the highest attempt owns the student's folder.</param>
internal sealed record StudentOrder(string Run, string Recipe, StudentStatus Student)
{
    public StudentKey Key { get; } = new(Run, Student.Key);
}
