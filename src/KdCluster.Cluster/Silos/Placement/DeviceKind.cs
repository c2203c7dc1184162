using Orleans.Runtime;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Lets the placement of a replica know the kind of device that the others are on: it travels with the call that places it.</summary>
internal static class DeviceKind
{
    public const string Key = "kd.device-kind";

    /// <summary><c>cpu</c> or <c>cuda</c>: kinds of device compute other last digits, so that the replicas of a teacher keep to one (ADR 8).</summary>
    public static string Of(string device) => device.Split(':')[0];

    /// <summary>For the calls that follow in this flow.</summary>
    /// <param name="kind">Empty: any.</param>
    public static void Announce(string kind) => RequestContext.Set(Key, kind);
}
