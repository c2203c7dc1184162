using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Silos;

namespace KdCluster.Cluster.Teachers;

/// <summary>Which teachers have nowhere to go when a silo leaves.</summary>
internal static class StrandedTeachers
{
    /// <param name="leaving">The silo.</param>
    /// <param name="teachers">What it holds: name, bytes and device.</param>
    /// <param name="silos">All silos, as the board has them.</param>
    /// <returns>Names of teachers that no other silo holds or could take.</returns>
    public static IReadOnlyList<string> Of(SiloState leaving, IEnumerable<(string Name, long Bytes, string Device)> teachers, IReadOnlyList<SiloState> silos)
    {
        SiloState[] others = [.. silos.Where(s => s.Address != leaving.Address && !s.Draining)];
        return [.. teachers
            .Where(t => !others.Any(s => s.Teachers.Contains(t.Name) || (s.Roles.Contains(SiloRoleNames.Teacher) && SiloRoom.Fits(s, t.Bytes, DeviceKind.Of(t.Device)))))
            .Select(t => t.Name)];
    }
}
