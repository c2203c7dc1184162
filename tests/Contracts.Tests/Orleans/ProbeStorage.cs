using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;

namespace KdCluster.Tests.OrleansRuntime;

/// <summary>A storage of our own: keeps <see cref="Stored"/> numbers, checks versions, and fails when told to.</summary>
public sealed class ProbeStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (object State, int Version)> _entries = new();

    public ConcurrentDictionary<GrainId, string> Fails { get; } = new();

    public ConcurrentQueue<(string Operation, string StateName, GrainId Grain)> Log { get; } = new();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Note("read", stateName, grainId);
        if (_entries.TryGetValue((stateName, grainId), out var entry))
        {
            grainState.State = (T)entry.State;
            grainState.ETag = $"{entry.Version}";
            grainState.RecordExists = true;
        }
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Note("write", stateName, grainId);
        var version = _entries.TryGetValue((stateName, grainId), out var entry) ? entry.Version : 0;
        if ((grainState.ETag ?? "0") != $"{version}")
            throw new InconsistentStateException("someone else wrote", $"{version}", grainState.ETag);
        _entries[(stateName, grainId)] = (grainState.State!, version + 1);
        grainState.ETag = $"{version + 1}";
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Note("clear", stateName, grainId);
        _entries.TryRemove((stateName, grainId), out _);
        grainState.State = (T)(object)new Stored(-1);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    public void Overwrite(string stateName, GrainId grainId, object state) =>
        _entries.AddOrUpdate((stateName, grainId), (state, 1), (_, entry) => (state, entry.Version + 1));

    private void Note(string operation, string stateName, GrainId grainId)
    {
        Log.Enqueue((operation, stateName, grainId));
        if (Fails.TryGetValue(grainId, out var failing) && failing == operation)
            throw new IOException($"cannot {operation}");
    }
}

public interface IStoredGrain : IGrainWithStringKey
{
    Task<int> Get();

    Task Set(int value);

    Task<int> Reread();

    Task Clear();

    Task<(string? Tag, bool Exists)> Record();
}

[GenerateSerializer]
public sealed record Stored([property: Id(0)] int Value);

public class StoredGrain([PersistentState("number", "probe")] IPersistentState<Stored> state) : Grain, IStoredGrain
{
    public Task<int> Get() => Task.FromResult(state.State.Value);

    public Task Set(int value)
    {
        state.State = new Stored(value);
        return state.WriteStateAsync();
    }

    public async Task<int> Reread()
    {
        await state.ReadStateAsync();
        return state.State.Value;
    }

    public Task Clear() => state.ClearStateAsync();

    public Task<(string? Tag, bool Exists)> Record() => Task.FromResult((state.Etag, state.RecordExists));
}

public class HomelessGrain([PersistentState("number", "nowhere")] IPersistentState<Stored> state) : Grain, IStoredGrain
{
    public Task<int> Get() => Task.FromResult(state.State.Value);

    public Task Set(int value) => Task.CompletedTask;

    public Task<int> Reread() => Get();

    public Task Clear() => Task.CompletedTask;

    public Task<(string? Tag, bool Exists)> Record() => Task.FromResult((state.Etag, state.RecordExists));
}
