using KdCluster.Silos;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Whether a silo takes more work. One rule, for placement and for checks before it.</summary>
internal static class SiloRoom
{
    /// <param name="silo">As the board has it.</param>
    /// <param name="bytes">The model's weights; 0: none, or not known.</param>
    /// <param name="kind">The kind of device that a model must be on; empty: any. Every silo has a processor.</param>
    /// <param name="threads">Threads inside one tensor operation that a run computes with; 0: any.</param>
    public static bool Fits(SiloState silo, long bytes, string kind, int threads = 0) =>
        !silo.Draining
        && (silo.Threads == 0 || threads == 0 || silo.Threads == threads)
        && (silo.Memory == 0 || bytes == 0 || silo.MemoryUsed + bytes <= silo.Memory)
        && Offers(silo, kind);

    /// <summary>Whether a silo offers a kind of device: what its machine has besides, it does not offer.</summary>
    /// <param name="silo">As the board has it.</param>
    /// <param name="kind">As of <see cref="Fits"/>.</param>
    public static bool Offers(SiloState silo, string kind) => kind is "" or "cpu" || silo.Devices.Any(d => DeviceKind.Of(d) == kind);

    /// <summary>
    /// Of silos that a teacher fits on, the one with most room: most free memory, or the fewest bytes of models where some do not say how much they have; then the fewest
    /// teachers, then the fewest rows that wait or are computed each second.
    /// </summary>
    public static SiloState? Most(IReadOnlyList<SiloState> silos)
    {
        bool counted = silos.All(s => s.Memory > 0);
        return silos
            .OrderByDescending(s => (counted ? s.Memory : 0) - s.MemoryUsed)
            .ThenBy(s => s.Teachers.Length)
            .ThenBy(s => s.Loads.Sum(l => l.QueuedRows + l.RowsPerSecond))
            .ThenBy(s => s.Address, StringComparer.Ordinal)
            .FirstOrDefault();
    }
}
