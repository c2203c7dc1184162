using System.Text.Json;
using KdCluster.Learning.Models;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>How a published sentence encoder pools, as sentence-transformers writes it beside the model: <c>1_Pooling/config.json</c>.</summary>
internal static class PoolingFile
{
    private const string Name = "1_Pooling/config.json";
    private const string Prefix = "pooling_mode_";

    private static readonly Dictionary<string, string> Modes = new(StringComparer.Ordinal) { ["cls_token"] = FamilySettings.First, ["mean_tokens"] = FamilySettings.Mean };

    /// <summary>The configuration with that pooling, where the folder has the file and <c>config.json</c> says nothing of it.</summary>
    /// <exception cref="KdException"><c>KD1215</c>: it pools in another way; <c>KD1204</c>: the file cannot be read.</exception>
    public static CheckpointConfig Over(CheckpointConfig config, string folder)
    {
        string file = Path.Combine(folder, Name);
        if (config.Shape.Family is not { } family || config.SaysPooling || !File.Exists(file))
            return config;
        string[] modes;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { AllowDuplicateProperties = false });
            modes = [.. json.RootElement.EnumerateObject().Where(p => p.Name.StartsWith(Prefix, StringComparison.Ordinal) && p.Value.ValueKind == JsonValueKind.True).Select(p => p.Name[Prefix.Length..])];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new KdException("KD1204", $"it says nothing of the pooling that can be read: {e.Message}", file, "Use the file that was published with the weights.", e);
        }

        return modes is [var mode] && Modes.TryGetValue(mode, out string? pooling)
            ? config with { Shape = config.Shape with { Family = family with { Pooling = pooling } } }
            : throw new KdException("KD1215", $"the model pools by {(modes.Length == 0 ? "nothing" : string.Join(" and ", modes))}, which cannot be done here.", file, $"There are {string.Join(" and ", Modes.Keys)}; or name the pooling in config.json: \"kdcluster\": {{\"pooling\": \"mean\"}}.");
    }
}
