using Orleans.Runtime;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Lets the placement of a replica know where the others are: it travels with the call that places it.</summary>
internal static class OtherReplicas
{
    public const string Key = "kd.other-replicas";

    /// <summary>For the calls that follow in this flow.</summary>
    /// <param name="silos">Orleans' addresses.</param>
    public static void Announce(IEnumerable<string> silos) => RequestContext.Set(Key, string.Join(' ', silos));
}
