using KdCluster.Cluster.Storage;
using KdCluster.SoftTargets;
using Microsoft.Extensions.Hosting;

namespace KdCluster.Cluster.Health;

/// <summary>
/// Whether the soft-target store of a silo answers. Without it runs continue from the teachers, and what they compute is not kept.
/// The store is asked in the background; probes hear what it last said.
/// </summary>
internal sealed class StoreCheck(Stores stores, TimeProvider time) : BackgroundService, IDegradationCheck
{
    /// <summary>Between two questions.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private volatile string? _trouble;
    private volatile KdError? _error;

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
            KdError? trouble = (await store.StatsAsync(patience.Token)).Trouble;
            (_error, _trouble) = (trouble, trouble is null ? null : $"the store {stores.Own.Id}: {trouble.Code} {trouble.What}");
        }
        catch (Exception e) when (e is KdException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _trouble = $"the store {stores.Own.Id} does not answer: {e.Message}";
        }
    }

    /// <summary>An address that cannot be is refused at once; a store that is down is not: runs continue without it.</summary>
    /// <exception cref="KdException"><c>KD1404</c>: the server has no such database.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await AskAsync(cancellationToken);
        if (_error is { Code: "KD1404" } error)
        {
            throw new KdException([error]);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await AskAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What it last said stays.
        }
    }
}
