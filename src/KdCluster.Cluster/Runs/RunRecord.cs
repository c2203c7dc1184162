using KdCluster.Runs;

namespace KdCluster.Cluster.Runs;

/// <summary>What a run's grain keeps.</summary>
[GenerateSerializer, Alias("kd.RunRecord")]
internal sealed class RunRecord
{
    /// <summary>The effective recipe.</summary>
    [Id(0)] public string Recipe { get; set; } = "";

    [Id(1)] public RunStatus? Status { get; set; }

    /// <summary>The last attempt of all students, in a record that was written when they had one together; 0 in those written since.</summary>
    [Id(2)] public long Attempt { get; set; }

    /// <summary>Threads inside one tensor operation of the silo that began it; 0 in runs of before they were kept.</summary>
    [Id(3)] public int Threads { get; set; }

    /// <summary>Where students train: their keys, and Orleans' addresses of the silos. Written before a silo is asked, so that no student is forgotten with the silo that holds the grain.</summary>
    [Id(4)] public Dictionary<string, string> Places { get; set; } = [];

    /// <summary>Its owner has asked it to stop.</summary>
    [Id(5)] public bool Cancelling { get; set; }

    /// <summary>Why it is to end; its students are being stopped.</summary>
    [Id(6)] public List<KdError> Errors { get; set; } = [];
}
