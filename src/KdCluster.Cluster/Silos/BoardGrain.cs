using KdCluster.Grains;
using KdCluster.Silos;

namespace KdCluster.Cluster.Silos;

/// <summary>The board: the last word of every silo, for as long as it is fresh.</summary>
internal sealed class BoardGrain(TimeProvider time) : Grain, IBoardGrain
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, (SiloState State, long Since)> _silos = [];

    public Task<SiloState[]> ReportAsync(SiloState silo)
    {
        _silos[silo.Address] = (silo, time.GetTimestamp());
        foreach (string old in _silos.Where(s => time.GetElapsedTime(s.Value.Since) > s_fresh).Select(s => s.Key).ToArray())
        {
            _silos.Remove(old);
        }

        return Task.FromResult<SiloState[]>([.. _silos.Values.Select(s => s.State).OrderBy(s => s.Address, StringComparer.Ordinal)]);
    }
}
