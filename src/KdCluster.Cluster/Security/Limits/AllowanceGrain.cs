using KdCluster.Cluster.Storage;
using KdCluster.Grains;

namespace KdCluster.Cluster.Security;

/// <summary>The runs that the holder of one token has under way, wherever they run.</summary>
internal sealed class AllowanceGrain(
    [PersistentState("allowance", GrainStorage.Name)] IPersistentState<AllowanceState> state, TimeProvider time) : Grain, IAllowanceGrain
{
    private readonly Dictionary<Guid, DateTimeOffset> _reserved = [];

    public async Task<Guid?> ReserveAsync(string run, int most, TimeSpan validFor)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (Guid late in _reserved.Where(r => r.Value <= now).Select(r => r.Key).ToArray())
        {
            _reserved.Remove(late);
        }

        if (state.State.Runs.Contains(run) || _reserved.Count + state.State.Runs.Count >= most)
        {
            await ForgetEndedAsync();
        }

        if (!state.State.Runs.Contains(run) && _reserved.Count + state.State.Runs.Count >= most)
        {
            return null;
        }

        Guid place = Guid.NewGuid();
        _reserved[place] = now + validFor;
        return place;
    }

    public async Task KeepAsync(Guid place, string run)
    {
        _reserved.Remove(place);
        if (!state.State.Runs.Contains(run))
        {
            state.State.Runs.Add(run);
            await state.WriteStateAsync();
        }
    }

    public Task ReleaseAsync(Guid place)
    {
        _reserved.Remove(place);
        return Task.CompletedTask;
    }

    // Runs do not tell when they end: they are asked when it matters.
    private async Task ForgetEndedAsync()
    {
        List<string> left = [];
        foreach (string run in state.State.Runs)
        {
            if (await GrainFactory.GetGrain<IRunGrain>(run).GetAsync() is { Over: false })
            {
                left.Add(run);
            }
        }

        if (left.Count < state.State.Runs.Count)
        {
            state.State.Runs = left;
            await state.WriteStateAsync();
        }
    }
}

/// <summary>What a token's allowance keeps.</summary>
[GenerateSerializer, Alias("kd.AllowanceState")]
internal sealed class AllowanceState
{
    [Id(0)] public List<string> Runs { get; set; } = [];
}
