using System.Text.Json;
using KdCluster.Learning.Checkpoints.Published;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Checkpoints;

/// <summary>A model in the format of another runtime, with what it needs to be used: <c>config.json</c> with its labels, and the tokenizer or the form of the images.</summary>
/// <param name="Model">The model's file.</param>
/// <param name="Encoder">Makes its inputs.</param>
/// <param name="Labels">Its labels; null: the folder does not name them.</param>
/// <param name="Figures">What was measured when it was trained, by name; empty: unknown.</param>
internal sealed record ModelFolder(string Model, InputEncoder Encoder, LabelSpace? Labels, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Layers of an encoder, as <c>config.json</c> has them; null: unknown.</summary>
    public int? Layers { get; init; }

    /// <summary>Reads one, of this project or of another.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The name of the model's file in it, which is not looked at.</param>
    /// <exception cref="KdException"><c>KD1202</c>: a file is missing; <c>KD1204</c>: <c>config.json</c> cannot be read; <c>KD1207</c>: the tokenizer is of a kind that there is not.</exception>
    public static ModelFolder Read(string folder, string file)
    {
        string where = Path.Combine(folder, CheckpointFiles.Config);
        byte[] config = CheckpointFiles.Read(folder, CheckpointFiles.Config);
        try
        {
            using var document = JsonDocument.Parse(config, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement json = document.RootElement;
            return new ModelFolder(Path.Combine(folder, file), ReadEncoder(folder, json), ReadLabels(json), ReadFigures(json)) { Layers = ReadLayers(json) };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new KdException("KD1204", $"it cannot be read: {e.Message}", where, "Use the config.json that belongs to the model.", e);
        }
    }

    // What transformers has where a file says nothing is no label of a model that others made.
    private static LabelSpace? ReadLabels(JsonElement json) => json.TryGetProperty("id2label", out _) || json.TryGetProperty("num_labels", out _) ? FamilyLabels.Read(json) : null;

    private static InputEncoder ReadEncoder(string folder, JsonElement json)
    {
        string images = Path.Combine(folder, ImageEncoder.File);
        return File.Exists(images) ? ImageEncoder.FromBytes(File.ReadAllBytes(images), images) : Tokenizer.FromFolder(folder, Positions(json));
    }

    // RoBERTa's first token stands in the row after padding's.
    private static int? Positions(JsonElement json) => !json.TryGetProperty("max_position_embeddings", out JsonElement rows) ? null
        : json.TryGetProperty("model_type", out JsonElement type) && type.GetString() == FamilySettings.Roberta ? rows.GetInt32() - (json.TryGetProperty("pad_token_id", out JsonElement padding) ? padding.GetInt32() : 1) - 1
        : rows.GetInt32();

    private static int? ReadLayers(JsonElement json)
    {
        foreach (string key in (string[])["num_hidden_layers", "n_layers", "n_layer"])
        {
            if (json.TryGetProperty(key, out JsonElement layers))
                return layers.GetInt32();
        }

        return null;
    }

    private static Dictionary<string, double> ReadFigures(JsonElement json) => json.TryGetProperty("kdcluster", out JsonElement own) && own.TryGetProperty("metrics", out JsonElement metrics)
        ? metrics.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number).ToDictionary(m => m.Name, m => m.Value.GetDouble(), StringComparer.Ordinal)
        : [];
}
