namespace KdCluster.Cluster.Health;

/// <summary>
/// Whether work should be sent to this silo: the one answer behind <c>/readyz</c> and the gRPC health service. That the process lives is another
/// question (<c>/livez</c>), and a silo that is not ready must not be restarted for it. What it does without meanwhile is a third.
/// </summary>
internal sealed class SiloReadiness(IEnumerable<IReadinessCheck> checks, IEnumerable<IDegradationCheck>? parts = null)
{
    private readonly IReadinessCheck[] _checks = [.. checks];
    private readonly IDegradationCheck[] _parts = [.. parts ?? []];

    /// <summary>What stands against sending work here; empty when the silo is ready.</summary>
    public IReadOnlyList<ReadinessObstacle> Obstacles() =>
        [.. _checks.Select(c => (c.Name, Why: c.Obstacle())).Where(c => c.Why is not null).Select(c => new ReadinessObstacle(c.Name, c.Why!))];

    /// <summary>Whether nothing stands against it.</summary>
    public bool Ready => Array.TrueForAll(_checks, c => c.Obstacle() is null);

    /// <summary>What the silo may have to do without, by name, and what is wrong with it now; null: nothing.</summary>
    public IReadOnlyList<(string Part, string? Trouble)> Parts() => [.. _parts.Select(p => (p.Name, p.Trouble()))];

    /// <summary>What it does without now, one line each.</summary>
    public string[] Degraded() => [.. Parts().Where(p => p.Trouble is not null).Select(p => $"{p.Part}: {p.Trouble}")];
}

/// <summary>Something that stands against sending work to a silo.</summary>
/// <param name="Check">Who says so.</param>
/// <param name="Why">For people.</param>
internal sealed record ReadinessObstacle(string Check, string Why);
