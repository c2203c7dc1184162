using Orleans.Runtime;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Lets the placement of a run and of its students know with how many threads inside one tensor operation it computes: it travels with the call that places them.</summary>
internal static class RunThreads
{
    /// <summary>Of a silo with the trainer's role alone: teachers are the same whatever run asks.</summary>
    public const string Key = "kd.run-threads";

    /// <summary>For the calls that follow in this flow.</summary>
    public static void Announce(int threads) => RequestContext.Set(Key, threads);
}
