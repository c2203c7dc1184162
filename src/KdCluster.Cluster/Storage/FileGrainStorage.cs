using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Runtime;
using Orleans.Storage;

namespace KdCluster.Cluster.Storage;

/// <summary>
/// Grain state as one JSON file per grain, kept in numbered generations: of two activations that write at once one gets the mismatch of etags. It lies in the folder
/// that all silos see, beside the checkpoints without which a run could not continue anyway (ADR 7). It bears a check over etag and state: what a disk or a hand changed
/// is not taken for what was written, and is never overwritten.
/// </summary>
internal sealed class FileGrainStorage(string folder) : IGrainStorage
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        (_, string path, Kept? kept) = await ReadAsync(Of(stateName, grainId));
        if (kept is null)
        {
            return;
        }

        using (kept.Document)
        {
            if (kept.State.ValueKind == JsonValueKind.Null)
            {
                Clear(grainState, kept.ETag);
                return;
            }

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

    /// <exception cref="InconsistentStateException">Another activation has written since this one read. Also the answer to one that froze while it wrote, where too much was written since to tell.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.ETag = await WriteAsync(stateName, grainId, grainState.ETag, () => JsonSerializer.Serialize(grainState.State, s_json));
        grainState.RecordExists = true;
    }

    /// <inheritdoc cref="WriteStateAsync"/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // As one more generation: were the numbers to begin again, a writer that was frozen could bring back what is cleared.
        Clear(grainState, await WriteAsync(stateName, grainId, grainState.ETag, () => "null"));
    }

    private static void Clear<T>(IGrainState<T> grainState, string etag) =>
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), etag, false);

    private async Task<string> WriteAsync(string stateName, GrainId grainId, string? expected, Func<string> serialize)
    {
        Generations generations = Of(stateName, grainId);
        (long number, _, Kept? kept) = await ReadAsync(generations);
        kept?.Document.Dispose();
        if (kept is not null && kept.ETag != expected)
        {
            throw new InconsistentStateException($"the state of {grainId} was written by another silo meanwhile.", kept.ETag, expected);
        }

        string etag = Guid.NewGuid().ToString("n"), state = serialize();
        string content = $$"""
            {
              "ETag": "{{etag}}",
              "Check": "{{Check(etag, state)}}",
              "Content": {{state}}
            }

            """;
        return generations.TryWrite(number + 1, Encoding.UTF8.GetBytes(content))
            ? etag
            : throw new InconsistentStateException($"the state of {grainId} was written by another silo at the same time.", "of another writer", expected);
    }

    /// <summary>The newest generation, if there is one.</summary>
    /// <exception cref="KdException"><c>KD1603</c>: it is not whole. An older one is not taken for it: what was acknowledged would be lost without a word.</exception>
    private static async Task<(long Number, string Path, Kept? Kept)> ReadAsync(Generations generations)
    {
        (long number, string path, byte[]? content) = await generations.ReadAsync();
        return (number, path, content is null ? null : Parse(content, path));
    }

    private static Kept Parse(byte[] content, string path)
    {
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
        new("KD1603", "a grain's state file is damaged.", path, "Restore it from a backup. Or move it away: then the state before it is used, or the grain starts empty.", inner);

    // Neither name can be another grain's: the one ends as the other never does.
    private Generations Of(string stateName, GrainId grainId)
    {
        string path = Path.Combine(folder, stateName, Uri.EscapeDataString(grainId.Key.ToString()!));
        return new Generations(path + ".state", path + ".json");
    }

    private sealed record Kept(JsonDocument Document, string ETag, JsonElement State);
}
