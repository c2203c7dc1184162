namespace KdCluster.Cluster.Silos;

/// <summary>How much memory a silo has for teachers' models.</summary>
internal static class DeviceMemory
{
    /// <summary>In bytes; 0 where it is not counted.</summary>
    public static long Of(KdClusterOptions options) => options.Memory ?? (options.Device == "cpu" ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 : 0);
}
