using KdCluster.Grains;
using KdCluster.Runs;
using Microsoft.Extensions.Hosting;

namespace KdCluster.Cluster.Hosting;

/// <summary>At the silo's start: runs that a former process left unfinished are marked as interrupted, and go on where the options say so.</summary>
internal sealed class OrphanedRuns(KdClusterOptions options, IGrainFactory grains) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string id in await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Runs).ListAsync())
        {
            IRunGrain run = grains.GetGrain<IRunGrain>(id);
            await run.OrphanedAsync();
            if (options.ResumeOnStart && await run.GetAsync() is { State: RunState.Interrupted })
            {
                await run.ResumeAsync();
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
