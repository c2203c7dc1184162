using KdCluster.Grains;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Silos;

/// <summary>
/// Makes sure that every unfinished run is worked on and every teacher is on a device, when the silo that held it is gone. One silo at a time does it, the
/// one with the lowest address: every second, and at once when a silo comes or goes. What it asks for may be asked for again at will. A teacher's grain looks after
/// itself while it is somewhere: it is only to be woken where its silo may have taken it away.
/// </summary>
internal sealed class RunRecovery(ISiloStatusOracle membership, SiloDrain drain, IGrainFactory grains, TimeProvider time, ILogger<RunRecovery> log)
    : BackgroundService, ISiloStatusListener
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_teachersEvery = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private volatile bool _news = true;
    private long _teachersSince;

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        log.SiloChanged(updatedSilo.ToParsableString(), status.ToString());
        _news = true;
        Wake();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        membership.SubscribeToSiloStatusEvents(this);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What stops is no longer to be given work, and its runs are to move while it is still there to let go of them.
        drain.Begin();
        membership.UnSubscribeFromSiloStatusEvents(this);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (Leads())
            {
                await SweepAsync(stoppingToken);
            }

            await _wake.WaitAsync(s_every, stoppingToken);
        }
    }

    private bool Leads() => membership.CurrentStatus == SiloStatus.Active
        && membership.GetActiveSilos().Min(s => s.ToParsableString()) == membership.SiloAddress.ToParsableString();

    private async Task SweepAsync(CancellationToken stopping)
    {
        await TryAsync(async () =>
        {
            ICatalogGrain active = grains.GetGrain<ICatalogGrain>(ICatalogGrain.ActiveRuns);
            // At once: a run that cannot be placed must not hold up the others.
            await Task.WhenAll((await active.ListAsync()).Select(id => TryAsync(async () =>
            {
                if (!await grains.GetGrain<IRunGrain>(id).EnsureAsync())
                {
                    await active.RemoveAsync(id);
                }
            })));
        });
        if (!_news && time.GetElapsedTime(_teachersSince) < s_teachersEvery)
        {
            return;
        }

        (_news, _teachersSince) = (false, time.GetTimestamp());
        await TryAsync(async () =>
        {
            string[] names = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).ListAsync();
            await Task.WhenAll(names.Select(name => TryAsync(() => grains.GetGrain<ITeacherGrain>(name).KeepAsync())));
        });

        async Task TryAsync(Func<Task> work)
        {
            try
            {
                await work();
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                log.SweepFailed(e.Message);
                _news = true;
            }
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
