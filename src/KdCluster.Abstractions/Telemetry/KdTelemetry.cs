
namespace KdCluster.Telemetry;

/// <summary>The names under which KdCluster's meters and activity sources can be listened to.</summary>
public static class KdTelemetry
{
    /// <summary>What every name begins with: listen to <c>KdCluster.*</c> to hear all.</summary>
    public const string Prefix = "KdCluster.";

    /// <summary>Silos, teachers, runs.</summary>
    public const string Cluster = Prefix + "Cluster";

    /// <summary>Students.</summary>
    public const string Learning = Prefix + "Learning";

    /// <summary>Stores, and the fetching of soft targets.</summary>
    public const string SoftTargets = Prefix + "SoftTargets";

    /// <summary>The version that meters and sources name.</summary>
    public static string Version => KdVersion.Text;
}
