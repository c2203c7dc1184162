using KdCluster.Silos;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Whether a silo takes more work. One rule, for whoever places and for whoever asks beforehand.</summary>
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
        && (kind is "" or "cpu" || silo.Devices.Any(d => DeviceKind.Of(d) == kind));
}
