using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using Orleans.Runtime;

namespace KdCluster.Cluster.Hosting;

/// <summary>A persisted list of names: what could not be written is not in it.</summary>
internal sealed class CatalogGrain([PersistentState("catalog", GrainStorage.Name)] IPersistentState<CatalogState> state) : Grain, ICatalogGrain
{
    public async Task AddAsync(string name)
    {
        if (!state.State.Names.Contains(name))
        {
            state.State.Names.Add(name);
            try
            {
                await state.WriteStateAsync();
            }
            catch
            {
                state.State.Names.Remove(name);
                throw;
            }
        }
    }

    public async Task RemoveAsync(string name)
    {
        if (state.State.Names.Remove(name))
        {
            try
            {
                await state.WriteStateAsync();
            }
            catch
            {
                state.State.Names.Add(name);
                throw;
            }
        }
    }

    public Task<string[]> ListAsync() => Task.FromResult(state.State.Names.ToArray());
}

/// <summary>What a catalogue keeps.</summary>
[GenerateSerializer, Alias("kd.CatalogState")]
internal sealed class CatalogState
{
    [Id(0)] public List<string> Names { get; set; } = [];
}
