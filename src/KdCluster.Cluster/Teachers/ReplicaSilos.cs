using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Silos;
using Orleans.Runtime;

namespace KdCluster.Cluster.Teachers;

/// <summary>The silos as a teacher's grain sees them: which of them its replicas can count on, and which could take another one.</summary>
internal sealed class ReplicaSilos(SiloStatusBoard board, ISiloStatusOracle membership)
{
    public bool Alive(ReplicaSlot replica) => Alive(replica.Silo);

    public bool Alive(string silo) => membership.GetActiveSilos().Any(s => s.ToParsableString() == silo);

    public bool Draining(ReplicaSlot replica) => board.Silos.Any(s => s.Address == replica.Silo && s.Draining);

    /// <summary>Whether there is a silo for one replica more; a silo holds one.</summary>
    /// <param name="others">Silos that are not asked: they hold one, or were refused.</param>
    /// <param name="bytes">The model's weights.</param>
    /// <param name="kind">The kind of device that they keep to; empty: any.</param>
    public bool AnyFree(IReadOnlyCollection<string> others, long bytes, string kind) =>
        board.Silos.Any(s => s.Roles.Contains(SiloRoleNames.Teacher) && !others.Contains(s.Address) && SiloRoom.Fits(s, bytes, kind));

    /// <summary>How long a teacher's rows wait, in seconds, all its replicas together.</summary>
    public double QueueSeconds(string teacher)
    {
        TeacherLoad[] loads = [.. board.Silos.SelectMany(s => s.Loads).Where(l => l.Name == teacher)];
        double queued = loads.Sum(l => l.QueuedRows), rate = loads.Sum(l => l.RowsPerSecond);
        // Rows wait and none comes out: as slow as can be.
        return queued == 0 ? 0 : rate > 0 ? queued / rate : double.PositiveInfinity;
    }
}
