using KdCluster.Grains;

namespace KdCluster.Cluster.Teachers;

/// <summary>What a teacher's grain keeps.</summary>
[GenerateSerializer, Alias("kd.TeacherState")]
internal sealed class TeacherState
{
    [Id(0)] public TeacherDeployment? Deployment { get; set; }

    /// <summary>Of what is deployed, one per output.</summary>
    [Id(1)] public string[] Fingerprints { get; set; } = [];

    /// <summary>Counts deployments, so that a replica that holds an older one is seen.</summary>
    [Id(2)] public int Version { get; set; }

    [Id(3)] public int Desired { get; set; } = 1;

    [Id(4)] public int Min { get; set; } = 1;

    [Id(5)] public int Max { get; set; } = 1;

    /// <summary>The last replica's number; none is given twice.</summary>
    [Id(6)] public int LastNumber { get; set; }

    [Id(7)] public List<ReplicaSlot> Replicas { get; set; } = [];

    /// <summary>What was deployed before, the latest last.</summary>
    [Id(8)] public List<TeacherVersion> Former { get; set; } = [];

    /// <summary>The kind of device that all replicas keep to, that of the first; empty before there was one.</summary>
    [Id(9)] public string DeviceKind { get; set; } = "";

    /// <summary>How the first replica computes, for all others to keep to, also after a restart; null before there was one.</summary>
    [Id(10)] public TeacherNumerics? Numerics { get; set; }
}

/// <summary>A replica.</summary>
/// <param name="Number">In its grain's key.</param>
/// <param name="Endpoint">Its silo's gRPC address.</param>
/// <param name="Silo">Orleans' address of the silo.</param>
/// <param name="Version">Which deployment it holds.</param>
[GenerateSerializer, Alias("kd.ReplicaSlot")]
internal sealed record ReplicaSlot([property: Id(0)] int Number, [property: Id(1)] string Endpoint, [property: Id(2)] string Silo, [property: Id(3)] int Version);

/// <summary>A former deployment.</summary>
/// <param name="Deployment">What was deployed.</param>
/// <param name="Fingerprints">Of it, one per output.</param>
[GenerateSerializer, Alias("kd.TeacherVersion")]
internal sealed record TeacherVersion([property: Id(0)] TeacherDeployment Deployment, [property: Id(1)] string[] Fingerprints);
