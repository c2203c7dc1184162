namespace KdCluster.Cluster.Health;

/// <summary>
/// One thing that a silo must have before work is sent to it. Register as many as there are things; each answers from memory, at once, since
/// probes come every few seconds.
/// </summary>
internal interface IReadinessCheck
{
    /// <summary>What is looked at, in one word.</summary>
    string Name { get; }

    /// <summary>Why the silo should be sent no work now, for people; null when nothing stands against it.</summary>
    string? Obstacle();
}
