using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>What a run's grain keeps.</summary>
[GenerateSerializer, Alias("kd.RunRecord")]
internal sealed class RunRecord
{
    /// <summary>The effective recipe.</summary>
    [Id(0)] public string Recipe { get; set; } = "";

    [Id(1)] public RunStatus? Status { get; set; }

    /// <summary>How often the run was begun: at its start, at every resume, and whenever the silo that worked on it was lost.</summary>
    [Id(2)] public long Attempt { get; set; }

    /// <summary>Threads inside one tensor operation of the silo that began it; 0 in runs of before they were kept.</summary>
    [Id(3)] public int Threads { get; set; }
}
