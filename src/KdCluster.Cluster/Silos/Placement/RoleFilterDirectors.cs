using KdCluster.Silos;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>
/// Keeps the silos that have a role and take more work. A role is known from the moment that a silo joins (its metadata); what changes (draining, free
/// memory) from the board, about a second late: whoever is placed on a silo that began to drain meanwhile leaves it by itself.
/// </summary>
internal abstract class RoleFilterDirector(string role, ISiloMetadataCache metadata, IServiceProvider services) : IPlacementFilterDirector
{
    // Placement is made before the board, which needs grains itself.
    private readonly Lazy<SiloStatusBoard> _board = new(() => (SiloStatusBoard)services.GetService(typeof(SiloStatusBoard))!);

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        long bytes = target.RequestContextData?.GetValueOrDefault(ModelBytes.Key) is long known ? known : 0;
        string kind = target.RequestContextData?.GetValueOrDefault(DeviceKind.Key) as string ?? "";
        string[] others = target.RequestContextData?.GetValueOrDefault(OtherReplicas.Key) is string list ? list.Split(' ') : [];
        string reserved = target.RequestContextData?.GetValueOrDefault(ReservedSilo.Key) as string ?? "";
        SiloAddress[] fitting = [.. silos.Where(silo => HasRole(silo) && !others.Contains(silo.ToParsableString()) && (_board.Value.Find(silo) is not { } state || SiloRoom.Fits(state, bytes, kind)))];
        SiloAddress? kept = Array.Find(fitting, silo => silo.ToParsableString() == reserved);
        return kept is null ? fitting : [kept];
    }

    private bool HasRole(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(SiloMetadataKeys.Roles) is { } roles && roles.Split(',').Contains(role);
}

internal sealed class TeacherSiloDirector(ISiloMetadataCache metadata, IServiceProvider services) : RoleFilterDirector(SiloRoleNames.Teacher, metadata, services);

internal sealed class TrainerSiloDirector(ISiloMetadataCache metadata, IServiceProvider services) : RoleFilterDirector(SiloRoleNames.Trainer, metadata, services);
