namespace KdCluster.SoftTargets.Local;

internal enum RecordState
{
    /// <summary>The check holds.</summary>
    Whole,

    /// <summary>A record of another key.</summary>
    Other,

    /// <summary>Dropped, or not there.</summary>
    Hole,

    /// <summary>The check fails.</summary>
    Damaged,
}
