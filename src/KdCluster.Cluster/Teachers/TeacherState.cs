using KdCluster.Grains;

namespace KdCluster.Cluster.Teachers;

/// <summary>What a teacher's grain keeps.</summary>
[GenerateSerializer, Alias("kd.TeacherState")]
internal sealed class TeacherState
{
    [Id(0)] public TeacherDeployment? Deployment { get; set; }
}
