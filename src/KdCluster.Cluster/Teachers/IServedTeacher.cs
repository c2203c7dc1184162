namespace KdCluster.Cluster.Teachers;

/// <summary>What a stream of soft targets has to know of the teacher behind it.</summary>
internal interface IServedTeacher
{
    /// <summary>Rows taken on and not answered yet.</summary>
    int QueuedRows { get; }

    /// <summary>Keeps this version on its device.</summary>
    TeacherLease Lease();
}
