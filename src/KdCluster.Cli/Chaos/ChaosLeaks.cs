namespace KdCluster.Cli.Chaos;

/// <summary>What silos hold before and after: memory, descriptors, and temporary files in the shared folder.</summary>
internal sealed class ChaosLeaks
{
    // A silo that never died while runs came and went: gateways and trainers keep pools, not heaps.
    private const double MostGrowth = 1.5;
    private const int MostDescriptors = 100;
    private readonly Dictionary<string, (ChaosProcess Process, long Memory, int Descriptors)> _before = [];

    /// <summary>Notes what each silo holds now; one that was started since the last look is noted anew.</summary>
    public void Note(ChaosCluster cluster)
    {
        foreach (string name in ChaosCluster.Names)
        {
            ChaosProcess process = cluster[name];
            if (!_before.TryGetValue(name, out var known) || known.Process != process)
                _before[name] = (process, process.Memory, process.Descriptors);
        }
    }

    /// <summary>What grew beyond what it may, since the silo was first noted.</summary>
    public IEnumerable<string> Faults(ChaosCluster cluster)
    {
        foreach ((string name, (ChaosProcess process, long memory, int descriptors)) in _before)
        {
            if (process != cluster[name] || process.Ended || memory == 0)
                continue;
            if (process.Memory > MostGrowth * memory)
                yield return $"{name} grew from {memory >> 20} to {process.Memory >> 20} MiB";
            if (process.Descriptors > descriptors + MostDescriptors)
                yield return $"{name} has {process.Descriptors} open files and connections, it had {descriptors}";
        }

        string[] left = Directory.GetFileSystemEntries(cluster.Shared, "*.tmp", SearchOption.AllDirectories);
        // One may be left by each process that was killed while it wrote.
        if (left.Length > ChaosCluster.Names.Count)
            yield return $"{left.Length} temporary files are left in {cluster.Shared}";
    }
}
