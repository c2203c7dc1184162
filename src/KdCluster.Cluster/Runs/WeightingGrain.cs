using KdCluster.Cluster.Storage;
using KdCluster.Grains;
using Orleans.Placement;
using Orleans.Runtime;

namespace KdCluster.Cluster.Runs;

/// <summary>Keeps the last snapshot of a weighting, so that what it does can be asked while its student trains and after.</summary>
[PreferLocalPlacement]
internal sealed class WeightingGrain([PersistentState("weighting", GrainStorage.Name)] IPersistentState<WeightingRecord> state) : Grain, IWeightingGrain
{
    public Task PublishAsync(WeightingSnapshot snapshot)
    {
        state.State.Snapshot = snapshot;
        return state.WriteStateAsync();
    }

    public Task<WeightingSnapshot?> GetAsync() => Task.FromResult(state.State.Snapshot);
}

/// <summary>What a weighting's grain keeps.</summary>
[GenerateSerializer, Alias("kd.WeightingRecord")]
internal sealed class WeightingRecord
{
    [Id(0)] public WeightingSnapshot? Snapshot { get; set; }
}
