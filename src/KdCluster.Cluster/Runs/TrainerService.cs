using KdCluster.Grains;
using KdCluster.Runs;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace KdCluster.Cluster.Runs;

/// <summary>Lets the runs' grains, wherever they are, ask this silo's trainer threads.</summary>
internal sealed class TrainerService(GrainId id, Silo silo, ILoggerFactory logs, TrainerPool trainers, RunContexts contexts) : GrainService(id, silo, logs), ITrainerService
{
    public Task<bool> OfferAsync(string run, string recipe, StudentStatus student) => Task.FromResult(trainers.TryStart(new StudentOrder(run, recipe, student)));

    public Task<bool> CancelAsync(string run, string student, long attempt) => Task.FromResult(trainers.Cancel(new StudentKey(run, student), attempt));

    public Task ReleaseAsync(string run) => contexts.ReleaseAsync(run);
}
