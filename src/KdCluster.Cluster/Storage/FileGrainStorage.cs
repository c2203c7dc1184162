using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Runtime;
using Orleans.Storage;

namespace KdCluster.Cluster.Storage;

/// <summary>
/// Grain state as one JSON file per grain, written whole to a temporary file, flushed and renamed. It lies in the folder that all silos see, beside the
/// checkpoints without which a run could not go on anyway (ADR 7). It bears a check over etag and state: what a disk or a hand changed is not taken for what was
/// written, and is never overwritten.
/// </summary>
internal sealed class FileGrainStorage(string folder) : IGrainStorage
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        if (await ReadAsync(path) is not { } kept)
        {
            return;
        }

        using (kept.Document)
        {
            try
            {
                T state = kept.State.Deserialize<T>(s_json) ?? throw Damaged(path, null);
                (grainState.State, grainState.ETag, grainState.RecordExists) = (state, kept.ETag, true);
            }
            catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException)
            {
                throw Damaged(path, e);
            }
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        MakeFolder(path);
        // Two activations of one grain are possible while silos disagree on who is alive: the one that read an older state loses.
        if (await ReadAsync(path) is { } kept)
        {
            kept.Document.Dispose();
            if (kept.ETag != grainState.ETag)
            {
                throw new InconsistentStateException($"the state of {grainId} was written by another silo meanwhile.", kept.ETag, grainState.ETag);
            }
        }

        string etag = Guid.NewGuid().ToString("n"), state = JsonSerializer.Serialize(grainState.State, s_json);
        string content = $$"""
            {
              "ETag": "{{etag}}",
              "Check": "{{Check(etag, state)}}",
              "Content": {{state}}
            }

            """;
        await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(content));
        (grainState.ETag, grainState.RecordExists) = (etag, true);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        File.Delete(PathOf(stateName, grainId));
        (grainState.ETag, grainState.RecordExists) = (null!, false);
        grainState.State = Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (FileErrors.Of(e, path) is { } error)
        {
            throw new KdException([error], e);
        }
    }

    /// <summary>The file, if it is there and whole.</summary>
    /// <exception cref="KdException"><c>KD1603</c>: it is not whole.</exception>
    private static async Task<Kept?> ReadAsync(string path)
    {
        byte[] content;
        try
        {
            content = await File.ReadAllBytesAsync(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(content);
            JsonElement root = document.RootElement;
            string etag = root.GetProperty("ETag").GetString() ?? throw Damaged(path, null);
            if (root.TryGetProperty("State", out JsonElement older))
            {
                // Of a release before the check, which called it so.
                return new Kept(document, etag, older);
            }

            JsonElement state = root.GetProperty("Content");
            return root.GetProperty("Check").GetString() == Check(etag, state.GetRawText()) ? new Kept(document, etag, state) : throw Damaged(path, null);
        }
        catch (Exception e)
        {
            document?.Dispose();
            throw e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException ? Damaged(path, e) : e;
        }
    }

    private static string Check(string etag, string state) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{etag}\n{state}")));

    private static KdException Damaged(string path, Exception? inner) =>
        new("KD1603", "a grain's state file is damaged.", path, "Put it back from a backup, or move it away to start that grain afresh.", inner);

    private string PathOf(string stateName, GrainId grainId) =>
        Path.Combine(folder, stateName, Uri.EscapeDataString(grainId.Key.ToString()!) + ".json");

    private sealed record Kept(JsonDocument Document, string ETag, JsonElement State);
}
