using KdCluster.Cluster.Storage;
using KdCluster.SoftTargets;
using Microsoft.Extensions.Hosting;

namespace KdCluster.Cluster.Health;

/// <summary>
/// A silo is ready while its soft-target store answers. Runs go on without it, from the teachers, but new work is better sent to a silo that has one.
/// The store is asked in the background; probes hear what it last said.
/// </summary>
internal sealed class StoreCheck(Stores stores, TimeProvider time) : BackgroundService, IReadinessCheck
{
    /// <summary>Between two questions.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private volatile string? _obstacle = "the store has not been asked yet";

    public string Name => "store";

    public string? Obstacle() => _obstacle;

    /// <summary>Asks the store now.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (stores.Own is not ISoftTargetStoreAdmin store)
        {
            _obstacle = null;
            return;
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Period);
        try
        {
            _obstacle = (await store.StatsAsync(patience.Token)).Available ? null : $"the store {stores.Own.Id} does not answer";
        }
        catch (Exception e) when (e is KdException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _obstacle = $"the store {stores.Own.Id} does not answer: {e.Message}";
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            do
            {
                await AskAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _obstacle = "the silo is stopping";
        }
    }
}
