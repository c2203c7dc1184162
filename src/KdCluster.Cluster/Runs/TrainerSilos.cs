using System.Globalization;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Silos;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace KdCluster.Cluster.Runs;

/// <summary>The silos as a run's grain sees them: which of them still train its students, and which could take more.</summary>
internal sealed class TrainerSilos(SiloStatusBoard board, ISiloStatusOracle membership, ISiloMetadataCache metadata)
{
    /// <summary>Whether a silo is there, by Orleans' address.</summary>
    public bool Alive(string silo) => membership.GetActiveSilos().Any(s => s.ToParsableString() == silo);

    /// <summary>Silos that train, this one first. One that has only joined is known by what it said then; each knows best itself how much room it has.</summary>
    /// <param name="device">What the students' recipe names.</param>
    /// <param name="threads">Threads inside one tensor operation that the run computes with: students' bytes depend on them.</param>
    public IReadOnlyList<TrainerRoom> Rooms(string device, int threads)
    {
        SiloState[] known = [.. board.Silos];
        HashSet<string> addresses = [.. known.Select(s => s.Address)];
        return
        [
            .. known.Where(s => s.Roles.Contains(SiloRoleNames.Trainer) && SiloRoom.Fits(s, 0, DeviceKind.Of(device), threads)).Select(s => new TrainerRoom(s.Address, s.Endpoint, s.Trainers - s.Students)),
            .. membership.GetActiveSilos().Where(s => !addresses.Contains(s.ToParsableString())).SelectMany(s => New(s, threads)),
        ];
    }

    /// <summary>Threads inside one tensor operation, of all silos that train.</summary>
    public IReadOnlyList<int> Threads => [.. board.Silos.Where(s => s.Roles.Contains(SiloRoleNames.Trainer)).Select(s => s.Threads).Distinct().Order()];

    /// <summary>All silos that train.</summary>
    public IEnumerable<string> All => board.Silos.Where(s => s.Roles.Contains(SiloRoleNames.Trainer)).Select(s => s.Address);

    private IEnumerable<TrainerRoom> New(SiloAddress silo, int threads)
    {
        IReadOnlyDictionary<string, string> said = metadata.GetSiloMetadata(silo).Metadata;
        if (said.GetValueOrDefault(SiloMetadataKeys.Roles)?.Split(',').Contains(SiloRoleNames.Trainer) == true
            && said.GetValueOrDefault(SiloMetadataKeys.Threads) == threads.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(said.GetValueOrDefault(SiloMetadataKeys.Trainers), NumberStyles.None, CultureInfo.InvariantCulture, out int trainers))
        {
            yield return new TrainerRoom(silo.ToParsableString(), said.GetValueOrDefault(SiloMetadataKeys.Endpoint) ?? "", trainers);
        }
    }
}
