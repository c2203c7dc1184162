using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using KdCluster.Runs;
using Orleans.Placement;
using Orleans.Runtime;

namespace KdCluster.Cluster.Teachers;

/// <summary>Decides what a teacher's name stands for and remembers it; the registry's device worker loads and computes, on the silo where this grain is.</summary>
[TeacherSilo, Immovable]
internal sealed class TeacherGrain(
    [PersistentState("teacher", GrainStorage.Name)] IPersistentState<TeacherState> state, TeacherRegistry registry, KdClusterOptions options, SelfEndpoint self, SiloDrain drain)
    : Grain, ITeacherGrain
{
    private Task? _keeping;

    private string Name => this.GetPrimaryKeyString();

    public async Task<TeacherPlace> DeployAsync(TeacherDeployment deployment)
    {
        TeacherPlace place = await LoadAsync(deployment.Device.Length > 0 ? deployment : deployment with { Device = options.Device });
        if (place.Errors.Length == 0)
        {
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).AddAsync(Name);
            state.State.Deployment = deployment;
            await state.WriteStateAsync();
        }

        return place;
    }

    public Task<TeacherPlace> LocateAsync()
    {
        if (registry.Find(Name) is not null)
        {
            return Task.FromResult(new TeacherPlace(self.Address, []));
        }

        if (state.State.Deployment is { } deployment)
        {
            return LoadAsync(deployment);
        }

        // Whoever asks for teachers that there are not shall not fill the memory with them.
        DeactivateOnIdle();
        return Task.FromResult(new TeacherPlace("", [ErrorRecord.From(TeacherErrors.Unknown(Name))]));
    }

    public async Task KeepAsync()
    {
        if (drain.Draining)
        {
            // Activated anew, by whoever asks next, where there is room.
            await registry.RemoveAsync(Name);
            DeactivateOnIdle();
        }
        else if (registry.Find(Name) is null && _keeping is null or { IsCompleted: true })
        {
            _keeping = LocateAsync();
        }
    }

    public Task<TeacherDeployment?> GetAsync() => Task.FromResult(state.State.Deployment);

    public async Task<bool> UndeployAsync()
    {
        bool existed = state.State.Deployment is not null;
        await registry.RemoveAsync(Name);
        await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).RemoveAsync(Name);
        await state.ClearStateAsync();
        return existed;
    }

    private async Task<TeacherPlace> LoadAsync(TeacherDeployment deployment)
    {
        try
        {
            await registry.LoadAsync(Name, deployment.Device.Length > 0 ? deployment : deployment with { Device = options.Device }, CancellationToken.None);
            return new TeacherPlace(self.Address, []);
        }
        catch (KdException e)
        {
            return new TeacherPlace("", ErrorRecord.From(e));
        }
    }
}
