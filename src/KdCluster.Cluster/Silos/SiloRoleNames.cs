namespace KdCluster.Cluster.Silos;

/// <summary>Roles as silos tell one another.</summary>
internal static class SiloRoleNames
{
    public const string Teacher = "teacher";
    public const string Trainer = "trainer";
    public const string Gateway = "gateway";

    public static string[] Of(SiloRoles roles) =>
    [
        .. roles.HasFlag(SiloRoles.Teacher) ? new[] { Teacher } : [],
        .. roles.HasFlag(SiloRoles.Trainer) ? new[] { Trainer } : [],
        .. roles.HasFlag(SiloRoles.Gateway) ? new[] { Gateway } : [],
    ];
}
