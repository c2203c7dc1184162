namespace KdCluster.Cluster.Silos;

/// <summary>What a silo says of itself when it joins, and never changes.</summary>
internal static class SiloMetadataKeys
{
    public const string Roles = "kd.roles";
    public const string Endpoint = "kd.endpoint";
    public const string Trainers = "kd.trainers";
    public const string Threads = "kd.threads";
    public const string Dashboard = "kd.dashboard";

    public static Dictionary<string, string> Of(KdClusterOptions options)
    {
        Dictionary<string, string> said = new()
        {
            [Roles] = string.Join(',', SiloRoleNames.Of(options.Roles)),
            [Endpoint] = options.Advertise ?? options.Url,
            [Threads] = options.TorchThreads.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [Trainers] = options.Trainers.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (options.Dashboard is not null)
        {
            said[Dashboard] = "yes";
        }

        return said;
    }
}
