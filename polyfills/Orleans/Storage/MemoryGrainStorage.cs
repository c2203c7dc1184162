using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Storage;

/// <summary>Keeps copies of states for as long as the silo runs.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), Entry> _entries = new();
    private long _version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = _entries.TryGetValue((stateName, grainId), out var entry);
        grainState.ETag = found ? entry!.ETag : null;
        grainState.RecordExists = found;
        if (found)
            grainState.State = CopySession.DeepCopy((T)entry!.State!);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var entry = new Entry(CopySession.DeepCopy(grainState.State), Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture));
        var key = (stateName, grainId);
        var stored = _entries.GetValueOrDefault(key);
        var done = stored?.ETag == grainState.ETag && (stored is null ? _entries.TryAdd(key, entry) : _entries.TryUpdate(key, entry, stored));
        if (!done)
            throw Inconsistent("written", key, grainState.ETag);
        grainState.ETag = entry.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        if (_entries.TryGetValue(key, out var stored)
            && (stored.ETag != grainState.ETag || !((ICollection<KeyValuePair<(string, GrainId), Entry>>)_entries).Remove(KeyValuePair.Create(key, stored))))
            throw Inconsistent("cleared", key, grainState.ETag);
        grainState.State = NewState.Of<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private InconsistentStateException Inconsistent(string what, (string Name, GrainId Grain) key, string? etag)
    {
        var stored = _entries.GetValueOrDefault(key)?.ETag;
        return new InconsistentStateException($"State '{key.Name}' of grain '{key.Grain}' was not {what}: its version is {stored ?? "none"}, not {etag ?? "none"}.", stored, etag);
    }

    private sealed record Entry(object? State, string ETag);
}
