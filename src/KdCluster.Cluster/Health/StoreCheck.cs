using KdCluster.Cluster.Storage;
using KdCluster.SoftTargets;
using Microsoft.Extensions.Hosting;

namespace KdCluster.Cluster.Health;

/// <summary>
/// Whether the soft-target store of a silo answers. Without it runs go on from the teachers, and what they compute is not kept.
/// The store is asked in the background; probes hear what it last said.
/// </summary>
internal sealed class StoreCheck(Stores stores, TimeProvider time) : BackgroundService, IDegradationCheck
{
    /// <summary>Between two questions.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private volatile string? _trouble;

    public string Name => "store";

    public string? Trouble() => _trouble;

    /// <summary>Asks the store now.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (stores.Own is not ISoftTargetStoreAdmin store)
        {
            _trouble = null;
            return;
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Period);
        try
        {
            _trouble = (await store.StatsAsync(patience.Token)).Available ? null : $"the store {stores.Own.Id} does not answer";
        }
        catch (Exception e) when (e is KdException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _trouble = $"the store {stores.Own.Id} does not answer: {e.Message}";
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
            // What it last said stays.
        }
    }
}
