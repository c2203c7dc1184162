using KdCluster.Cluster.Silos;

namespace KdCluster.Cluster.Health;

/// <summary>A silo that is being drained takes nothing new.</summary>
internal sealed class DrainCheck(SiloDrain drain) : IReadinessCheck
{
    public string Name => "drain";

    public string? Obstacle() => drain.Draining ? "the silo is being drained" : null;
}
