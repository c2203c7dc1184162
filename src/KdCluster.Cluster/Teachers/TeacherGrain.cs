using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using KdCluster.Runs;
using Orleans.Runtime;

namespace KdCluster.Cluster.Teachers;

/// <summary>Decides what a teacher's name stands for and remembers it; the registry's device worker loads and computes.</summary>
internal sealed class TeacherGrain(
    [PersistentState("teacher", GrainStorage.Name)] IPersistentState<TeacherState> state, TeacherRegistry registry) : Grain, ITeacherGrain
{
    private string Name => this.GetPrimaryKeyString();

    public async Task<ErrorRecord[]> DeployAsync(TeacherDeployment deployment)
    {
        ErrorRecord[] errors = await LoadAsync(deployment);
        if (errors.Length == 0)
        {
            state.State.Deployment = deployment;
            await state.WriteStateAsync();
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Teachers).AddAsync(Name);
        }

        return errors;
    }

    public Task<ErrorRecord[]> EnsureLoadedAsync()
    {
        if (registry.Find(Name) is not null)
        {
            return Task.FromResult<ErrorRecord[]>([]);
        }

        return state.State.Deployment is { } deployment
            ? LoadAsync(deployment)
            : Task.FromResult<ErrorRecord[]>([ErrorRecord.From(TeacherErrors.Unknown(Name))]);
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

    private async Task<ErrorRecord[]> LoadAsync(TeacherDeployment deployment)
    {
        try
        {
            await registry.LoadAsync(Name, deployment, CancellationToken.None);
            return [];
        }
        catch (KdException e)
        {
            return ErrorRecord.From(e);
        }
    }
}
