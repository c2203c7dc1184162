namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>How a pool of replicas is asked.</summary>
internal sealed record PoolOptions
{
    /// <summary>One request's time, all its attempts together. Default: 120 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a request waits while no replica at all can be used, as when they are being restarted or placed elsewhere. Default: 30 s.</summary>
    public TimeSpan UnavailableTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often replicas are judged. Default: 100 ms.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a replica is asked to tell its queue; each report is a sign of life. Default: 200 ms.</summary>
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A replica that promised reports and gave none for so long is avoided. Several times <see cref="ReportEvery"/>. Default: 800 ms.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>A probe that takes longer has failed. Default: 1 s.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a replica is avoided at first; doubled each time until it answers. Default: 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a replica is avoided at most before it is probed again. Default: 5 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests in flight to one replica. Measured: about 16 carry the most, 100 are slower. Default: 16.</summary>
    public int InFlight { get; init; } = 16;

    /// <summary>Share of requests that may be asked of a second replica because the first is late. Default: 0.05.</summary>
    public double HedgeShare { get; init; } = 0.05;

    /// <summary>A replica is slow when it takes so many times as long as its peers' median, plus <see cref="SlowMargin"/>. Default: 5.</summary>
    public double SlowFactor { get; init; } = 5;

    /// <summary>See <see cref="SlowFactor"/>. Default: 200 ms.</summary>
    public TimeSpan SlowMargin { get; init; } = TimeSpan.FromMilliseconds(200);
}
