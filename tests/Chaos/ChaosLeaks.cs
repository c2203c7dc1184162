using System.Globalization;

namespace KdCluster.Chaos;

/// <summary>
/// What silos hold after each run, from a process's start to its end: memory, descriptors, grains; and temporary files in the shared folder. A process that lived
/// through several runs must not hold more for each of them.
/// </summary>
internal sealed class ChaosLeaks
{
    /// <summary>Looks at the beginning and at the end of a process's life that are compared; those before are the warming up.</summary>
    private const int Looks = 3, WarmUp = 2;

    // For each run: what a heap that is not yet full, caches of compiled code and idle grains (collected after a quarter of an hour) may add.
    private const double MostMemory = 8 << 20, MostDescriptors = 1.5, MostGrains = 12;

    private readonly Dictionary<string, (ChaosProcess Process, List<ChaosHoldings> Held)> _living = [];
    private readonly List<(string Name, List<ChaosHoldings> Held)> _lives = [];

    /// <summary>Looks at every silo after a run; one that was started since the last look begins a new life.</summary>
    public async Task NoteAsync(ChaosCluster cluster, CancellationToken stop)
    {
        foreach (string name in ChaosCluster.Names)
        {
            if (await cluster.HoldingsAsync(name, stop).ConfigureAwait(false) is not { } held)
                continue;
            if (!_living.TryGetValue(name, out (ChaosProcess Process, List<ChaosHoldings> Held) life) || life.Process != cluster[name])
            {
                _living[name] = life = (cluster[name], []);
                _lives.Add((name, life.Held));
            }

            life.Held.Add(held);
        }
    }

    /// <summary>The most that any silo held more of for each run that it lived through; null when none lived long enough to tell.</summary>
    public ChaosHoldings? Worst
    {
        get
        {
            ChaosHoldings[] growths = [.. Growths().Select(g => g.Growth)];
            return growths.Length == 0 ? null : new(growths.Max(g => g.Memory), growths.Max(g => g.Descriptors), growths.Max(g => g.Grains));
        }
    }

    /// <summary>What grew by more than it may.</summary>
    public IEnumerable<string> Faults(string shared)
    {
        foreach ((string name, int runs, ChaosHoldings growth) in Growths())
        {
            if (growth.Memory > MostMemory)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} grew by {growth.Memory / (1 << 20):0.0} MiB a run over {runs} runs");
            if (growth.Descriptors > MostDescriptors)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} opened {growth.Descriptors:0.0} files or connections a run over {runs} runs and did not close them");
            if (growth.Grains > MostGrains)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} activated {growth.Grains:0.0} grains a run over {runs} runs and kept them");
        }

        string[] left = Directory.GetFileSystemEntries(shared, "*.tmp", SearchOption.AllDirectories);
        // One may be left by each process that was killed while it wrote.
        if (left.Length > ChaosCluster.Names.Count)
            yield return $"{left.Length} temporary files are left in {shared}";
    }

    private IEnumerable<(string Name, int Runs, ChaosHoldings Growth)> Growths()
    {
        foreach ((string name, List<ChaosHoldings> held) in _lives.Where(l => l.Held.Count >= WarmUp + 2 * Looks))
        {
            int runs = held.Count - WarmUp - Looks;
            ChaosHoldings first = ChaosHoldings.Middle(held[WarmUp..(WarmUp + Looks)]), last = ChaosHoldings.Middle(held[^Looks..]);
            yield return (name, runs, new((last.Memory - first.Memory) / runs, (last.Descriptors - first.Descriptors) / runs, (last.Grains - first.Grains) / runs));
        }
    }
}
