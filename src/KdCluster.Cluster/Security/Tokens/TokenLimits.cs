namespace KdCluster.Cluster.Security;

/// <summary>How much the holder of a token may ask for; null: as much as anyone.</summary>
internal sealed record TokenLimits
{
    /// <summary>Runs under way at the same time, in the cluster.</summary>
    public int? Runs { get; init; }

    /// <summary>Rows of soft targets a second, of each silo; ten seconds' worth may come at once.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>Bytes of one message to a silo.</summary>
    public int? MessageBytes { get; init; }
}
