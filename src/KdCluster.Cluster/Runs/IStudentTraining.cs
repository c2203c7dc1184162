using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>What a trainer thread does with a student.</summary>
internal interface IStudentTraining
{
    /// <summary>Trains and tests one student on the calling thread, from its last checkpoint when there is one.</summary>
    /// <param name="order">Which student.</param>
    /// <param name="report">Told how far it is; must not block.</param>
    /// <param name="cancellationToken">Stops at the next step, with a checkpoint.</param>
    StudentStatus Train(StudentOrder order, Action<StudentStatus> report, CancellationToken cancellationToken);
}
