using System.Text;
using System.Text.Json;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Checkpoints.Published;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Text;

namespace KdCluster.Learning.Onnx;

/// <summary>A model as ONNX with what it needs to be used: <c>model.onnx</c>, <c>config.json</c> with its labels, and the tokenizer or the form of the images.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Encoder">Makes its inputs.</param>
/// <param name="Labels">Its labels; null: the folder does not name them.</param>
/// <param name="Figures">What was measured when it was trained, by name; empty: unknown.</param>
internal sealed record OnnxFolder(string Path, InputEncoder Encoder, LabelSpace? Labels, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The model's file.</summary>
    public string Model => System.IO.Path.Combine(Path, OnnxExport.FileName);

    /// <summary>Layers of an encoder, as <c>config.json</c> has them; null: unknown.</summary>
    public int? Layers { get; init; }

    /// <summary>Whether a folder holds a model as ONNX, and no weights that would be read instead.</summary>
    public static bool Is(string folder) => File.Exists(System.IO.Path.Combine(folder, OnnxExport.FileName))
        && !File.Exists(System.IO.Path.Combine(folder, CheckpointFiles.Weights)) && !File.Exists(System.IO.Path.Combine(folder, CheckpointFiles.WeightIndex));

    /// <summary>The files that <see cref="Write"/> writes of a checkpoint.</summary>
    public static IEnumerable<string> FilesOf(Checkpoint checkpoint) => [CheckpointFiles.Config, OnnxExport.FileName, .. checkpoint.Encoder.Files.Select(f => f.Name), CheckpointFiles.Card];

    /// <summary>Writes a checkpoint as such a folder.</summary>
    /// <param name="folder">Made, or replaced as a whole.</param>
    /// <param name="checkpoint">The model.</param>
    /// <returns>The names of the outputs that were written.</returns>
    /// <exception cref="KdException"><c>KD1240</c>: it cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, Checkpoint checkpoint)
    {
        OnnxExport.Require(checkpoint);
        IReadOnlyList<string> outputs = [];
        var config = new CheckpointConfig(checkpoint.Model.Shape, checkpoint.Labels, checkpoint.Info);
        AtomicFolder.Write(folder,
        [
            (CheckpointFiles.Config, stream => stream.Write(config.ToBytes())),
            (OnnxExport.FileName, stream => outputs = OnnxExport.Write(stream, checkpoint)),
            .. checkpoint.Encoder.Files.Select(f => (f.Name, (Action<Stream>)(stream => stream.Write(f.Bytes)))),
            (CheckpointFiles.Card, stream => stream.Write(Encoding.UTF8.GetBytes(ModelCard.Write(config, checkpoint.Model.ParameterCount, checkpoint.Encoder)))),
        ]);
        return outputs;
    }

    /// <summary>Reads one, of this project or of another.</summary>
    /// <exception cref="KdException"><c>KD1202</c>: a file is missing; <c>KD1204</c>: <c>config.json</c> cannot be read; <c>KD1207</c>: the tokenizer is of a kind that there is not.</exception>
    public static OnnxFolder Read(string folder)
    {
        string where = System.IO.Path.Combine(folder, CheckpointFiles.Config);
        byte[] config = CheckpointFiles.Read(folder, CheckpointFiles.Config);
        try
        {
            using var document = JsonDocument.Parse(config, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement json = document.RootElement;
            return new OnnxFolder(folder, ReadEncoder(folder, json), ReadLabels(json), ReadFigures(json)) { Layers = ReadLayers(json) };
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
        string images = System.IO.Path.Combine(folder, ImageEncoder.File);
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
