using KdCluster.Cluster.Services;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Hosting;

/// <summary>At the silo's start: runs that an earlier process left unfinished are marked as interrupted, and continue where the options say so.</summary>
internal sealed class OrphanedRuns(KdClusterOptions options, IGrainFactory grains, ILogger<OrphanedRuns> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => TryAsync("the list of runs", async () =>
    {
        foreach (string id in await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Runs).ListAsync())
        {
            await TryAsync($"run {id}", async () =>
            {
                IRunGrain run = grains.GetGrain<IRunGrain>(id);
                await run.OrphanedAsync();
                if (options.ResumeOnStart && await run.GetAsync() is { State: RunState.Interrupted })
                {
                    await run.ResumeAsync();
                }
            });
        }
    });

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // What cannot be read keeps neither the silo from starting nor the others from going on.
    private async Task TryAsync(string what, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception e) when (GrainRetry.Coded(e) is { } coded)
        {
            log.StateUnreadable(what, coded.Message);
        }
    }
}
