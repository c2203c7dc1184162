namespace KdCluster.Cluster;

/// <summary>What a silo does in its cluster. Every silo answers clients; the roles say what may be placed on it.</summary>
[Flags]
public enum SiloRoles
{
    /// <summary>It answers clients and passes on what others do.</summary>
    Gateway = 1,

    /// <summary>It holds teachers' models and computes soft targets.</summary>
    Teacher = 2,

    /// <summary>It holds runs and trains students.</summary>
    Trainer = 4,

    /// <summary>Everything.</summary>
    All = Gateway | Teacher | Trainer,
}
