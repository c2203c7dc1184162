namespace KdCluster.Cluster.Storage;

/// <summary>The name under which grain state is kept.</summary>
internal static class GrainStorage
{
    public const string Name = "kd";
}
