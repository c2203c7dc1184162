using Orleans.Runtime;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Lets the placement of a replica know which silo keeps room for it: it travels with the call that places it.</summary>
internal static class ReservedSilo
{
    public const string Key = "kd.reserved-silo";

    /// <summary>For the calls that follow in this flow.</summary>
    /// <param name="silo">Orleans' address; null: any silo that fits.</param>
    public static void Announce(string? silo) => RequestContext.Set(Key, silo ?? "");
}
