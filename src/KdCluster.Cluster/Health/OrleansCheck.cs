using Orleans.Runtime;

namespace KdCluster.Cluster.Health;

/// <summary>A silo is ready while it is a member of its cluster: grains are found from here.</summary>
internal sealed class OrleansCheck : IReadinessCheck, ILifecycleParticipant<ISiloLifecycle>
{
    private volatile bool _active;

    public string Name => "orleans";

    public string? Obstacle() => _active ? null : "the silo has not joined its cluster, or has left it";

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(OrleansCheck),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _active = true;
            return Task.CompletedTask;
        },
        _ =>
        {
            _active = false;
            return Task.CompletedTask;
        });
}
