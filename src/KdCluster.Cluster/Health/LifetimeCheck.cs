using Microsoft.Extensions.Hosting;

namespace KdCluster.Cluster.Health;

/// <summary>A silo is ready between the end of its start and the beginning of its end.</summary>
internal sealed class LifetimeCheck(IHostApplicationLifetime lifetime) : IReadinessCheck
{
    public string Name => "lifetime";

    public string? Obstacle() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? "the silo is stopping"
        : lifetime.ApplicationStarted.IsCancellationRequested ? null
        : "the silo is starting";
}
