using KdCluster.Cluster.Silos.Placement;
using KdCluster.Grains;
using KdCluster.Silos;

namespace KdCluster.Cluster.Silos;

/// <summary>The board: the last word of every silo, for as long as it is fresh, and the room that was promised since.</summary>
internal sealed class BoardGrain(TimeProvider time) : Grain, IBoardGrain
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(10), s_kept = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, (SiloState State, long Since)> _silos = [];
    private readonly List<(string Silo, string Teacher, long Bytes, long Since)> _promised = [];

    public Task<SiloState[]> ReportAsync(SiloState silo)
    {
        _silos[silo.Address] = (silo, time.GetTimestamp());
        _promised.RemoveAll(p => p.Silo == silo.Address && silo.Teachers.Contains(p.Teacher));
        DropOld();
        return Task.FromResult<SiloState[]>([.. _silos.Values.Select(s => s.State).OrderBy(s => s.Address, StringComparer.Ordinal)]);
    }

    public Task<string?> ReserveAsync(string teacher, long bytes, string kind, string[] others)
    {
        DropOld();
        IEnumerable<SiloState> silos = _silos.Values.Select(s => s.State)
            .Where(s => s.Roles.Contains(SiloRoleNames.Teacher) && !others.Contains(s.Address))
            .Select(s => s with { MemoryUsed = s.MemoryUsed + _promised.Where(p => p.Silo == s.Address).Sum(p => p.Bytes), Teachers = [.. s.Teachers, .. _promised.Where(p => p.Silo == s.Address).Select(p => p.Teacher)] })
            .Where(s => SiloRoom.Fits(s, bytes, kind));
        string? most = SiloRoom.Most([.. silos])?.Address;
        if (most is not null)
        {
            _promised.Add((most, teacher, bytes, time.GetTimestamp()));
        }

        return Task.FromResult(most);
    }

    private void DropOld()
    {
        foreach (string old in _silos.Where(s => time.GetElapsedTime(s.Value.Since) > s_fresh).Select(s => s.Key).ToArray())
        {
            _silos.Remove(old);
        }

        _promised.RemoveAll(p => time.GetElapsedTime(p.Since) > s_kept);
    }
}
