using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;

namespace KdCluster.Cluster.Storage;

/// <summary>
/// Grain state as one JSON file per grain, written whole to a temporary file, flushed and renamed. It lies in the folder that all silos see, beside the
/// checkpoints without which a run could not go on anyway (ADR 7).
/// </summary>
internal sealed class FileGrainStorage(string folder) : IGrainStorage
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        if (!File.Exists(path))
        {
            return;
        }

        await using FileStream stream = File.OpenRead(path);
        Envelope<T>? envelope;
        try
        {
            envelope = await JsonSerializer.DeserializeAsync<Envelope<T>>(stream, Json);
        }
        catch (JsonException e)
        {
            throw new KdException("KD1603", "a grain's state file is damaged.", path, "Move the file away to start that grain afresh.", e);
        }

        if (envelope is { State: not null })
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (envelope.State, envelope.ETag, true);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Two activations of one grain are possible while silos disagree on who is alive: the one that read an older state loses.
        if (await EtagAsync(path) is { } kept && kept != grainState.ETag)
        {
            throw new InconsistentStateException($"the state of {grainId} was written by another silo meanwhile.", kept, grainState.ETag);
        }

        string etag = Guid.NewGuid().ToString("n");
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(new Envelope<T>(etag, grainState.State), Json);
        await AtomicFile.WriteAsync(path, content);
        (grainState.ETag, grainState.RecordExists) = (etag, true);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        File.Delete(PathOf(stateName, grainId));
        (grainState.ETag, grainState.RecordExists) = (null!, false);
        grainState.State = Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    private static async Task<string?> EtagAsync(string path)
    {
        try
        {
            await using FileStream stream = File.OpenRead(path);
            return (await JsonSerializer.DeserializeAsync<Tag>(stream, Json))?.ETag;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(string stateName, GrainId grainId) =>
        Path.Combine(folder, stateName, Uri.EscapeDataString(grainId.Key.ToString()!) + ".json");

    private sealed record Tag(string ETag);

    private sealed record Envelope<T>(string ETag, T? State);
}
