using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Activations;
using Orleans.Lifecycle;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Takes the silo up through the stages of its lifecycle and down again.</summary>
internal sealed class SiloHostedService(Silo silo, ILocalSiloDetails details, OneSilo membership, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants) : IHostedService, IDisposable
{
    // Grains end before anything they may need: just below the stage at which the silo serves.
    private const int GrainDeactivation = ServiceLifecycleStage.BecomeActive - 1;

    private readonly LifecycleSubject _lifecycle = new();
    private readonly Caretaker _caretaker = new(silo);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lifecycle.Subscribe("calls", ServiceLifecycleStage.RuntimeInitialize, _ =>
        {
            silo.Catalog.Open();
            _caretaker.Start();
            return Task.CompletedTask;
        });
        _lifecycle.Subscribe("grains", GrainDeactivation, _ => Task.CompletedTask, silo.Catalog.CloseAsync);
        foreach (var participant in participants)
            participant.Participate(_lifecycle);
        try
        {
            await _lifecycle.OnStart(cancellationToken);
            membership.Become(Runtime.SiloStatus.Active);
        }
        catch (Exception exception)
        {
            silo.Log.LogError(exception, "Silo {Name} could not start after stage {Stage}", details.Name, _lifecycle.HighestCompletedStage);
            await _lifecycle.OnStop(cancellationToken);
            throw;
        }
        silo.Log.LogInformation("Silo {Name} of cluster {Cluster} started: one silo, one process", details.Name, details.ClusterId);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        membership.Become(Runtime.SiloStatus.ShuttingDown);
        await _lifecycle.OnStop(cancellationToken);
        membership.Become(Runtime.SiloStatus.Dead);
        _caretaker.Dispose();
    }

    public void Dispose() => _caretaker.Dispose();
}
