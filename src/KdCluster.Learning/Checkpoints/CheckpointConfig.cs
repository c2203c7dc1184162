using System.Globalization;
using System.Text.Json;
using KdCluster.Learning.Checkpoints.Published;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Recipes;

namespace KdCluster.Learning.Checkpoints;

/// <summary>A checkpoint's <c>config.json</c>: architecture, classes, and what it says of itself.</summary>
internal sealed record CheckpointConfig(ModelShape Shape, LabelSpace Labels, CheckpointInfo Info)
{
    private const string ModelType = "kdcluster-text";

    /// <summary>Whether the weights have a head for sequences; a published base model has none, and its labels name nothing.</summary>
    public bool HasHead { get; init; } = true;

    /// <summary>Whether the file itself says how a published model pools.</summary>
    public bool SaysPooling { get; init; }

    /// <summary>The architecture as one line; what changes no answer (dropout) is not in it.</summary>
    public string Architecture => Shape.Image is not null ? ImageConfig.Architecture(Shape) : Shape.Decoder is not null ? DecoderConfig.Architecture(Shape) : Shape.Family is not null ? FamilyConfig.Architecture(Shape) : string.Create(CultureInfo.InvariantCulture,
        $"{Shape.Spec.Kind} embedding={Shape.Spec.Embedding} hidden={Shape.Spec.Hidden} layers={Shape.Spec.Layers} heads={Shape.Spec.Heads} filters={string.Join(',', Shape.Spec.Filters)} vocabulary={Shape.Vocabulary} {(Labels.IsScore ? "output=score" : $"classes={Shape.Classes}")} maxLength={Shape.MaxLength}{(Shape.Padding == 0 ? "" : $" padding={Shape.Padding}")}");

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteShape(json);
            json.WriteString("torch_dtype", "float32");
            if (Labels.IsScore)
                json.WriteString("problem_type", "regression");
            if (!Labels.IsNextToken)
                WriteLabels(json);
            WriteInfo(json);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <exception cref="KdException"><c>KD1204</c>: not this project's nor a published family's, or inconsistent; <c>KD1215</c>: it says what cannot be done here.</exception>
    public static CheckpointConfig FromBytes(byte[] bytes, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement json = document.RootElement;
            string? type = json.GetProperty("model_type").GetString();
            if (type is not null && FamilySettings.Kinds.Contains(type))
            {
                LabelSpace published = FamilyLabels.Read(json);
                (ModelShape family, bool hasHead) = FamilyConfig.Read(json, published.Count, where);
                return new CheckpointConfig(family, published, InfoOf(json, type)) { HasHead = hasHead, SaysPooling = json.TryGetProperty("kdcluster", out JsonElement own) && own.ValueKind == JsonValueKind.Object && own.TryGetProperty("pooling", out _) };
            }

            if (type is not null && DecoderSettings.Kinds.Contains(type))
                return new CheckpointConfig(DecoderConfig.ShapeOf(bytes, json, where), LabelSpace.NextToken, InfoOf(json, type));

            if (type is not (ModelType or ImageConfig.ModelType))
                throw Refuse(where, $"model_type is '{type}', not {string.Join(", ", [ModelType, ImageConfig.ModelType, .. FamilySettings.Kinds, .. DecoderSettings.Kinds])}");
            LabelSpace labels = ReadLabels(json, where);
            ModelShape shape = type == ModelType ? ReadText(json, labels.Count) : ImageConfig.Read(json, labels.Count);
            return new CheckpointConfig(shape, labels, ReadInfo(json.GetProperty("kdcluster")));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Refuse(where, $"it cannot be read: {e.Message}", e);
        }
    }

    private void WriteShape(Utf8JsonWriter json)
    {
        if (Shape.Family is not null)
        {
            FamilyConfig.Write(json, Shape);
            return;
        }

        if (Shape.Decoder is not null)
        {
            DecoderConfig.Write(json, Shape);
            return;
        }

        json.WriteString("model_type", Shape.Image is null ? ModelType : ImageConfig.ModelType);
        json.WriteString("kind", Shape.Spec.Kind);
        if (Shape.Image is null)
            WriteText(json);
        else
            ImageConfig.Write(json, Shape);
    }

    private void WriteText(Utf8JsonWriter json)
    {
        ModelSpec spec = Shape.Spec;
        json.WriteNumber("embedding", spec.Embedding);
        json.WriteNumber("hidden", spec.Hidden);
        json.WriteNumber("layers", spec.Layers);
        json.WriteNumber("heads", spec.Heads);
        json.WriteStartArray("filters");
        foreach (int width in spec.Filters)
            json.WriteNumberValue(width);
        json.WriteEndArray();
        json.WriteNumber("dropout", spec.Dropout);
        json.WriteNumber("vocab_size", Shape.Vocabulary);
        json.WriteNumber("max_position_embeddings", Shape.MaxLength);
        json.WriteNumber("pad_token_id", Shape.Padding);
    }

    private static ModelShape ReadText(JsonElement json, int classes)
    {
        var spec = new ModelSpec
        {
            Kind = json.GetProperty("kind").GetString() ?? "",
            Embedding = json.GetProperty("embedding").GetInt32(),
            Hidden = json.GetProperty("hidden").GetInt32(),
            Layers = json.GetProperty("layers").GetInt32(),
            Heads = json.GetProperty("heads").GetInt32(),
            Filters = [.. json.GetProperty("filters").EnumerateArray().Select(f => f.GetInt32())],
            Dropout = json.GetProperty("dropout").GetDouble(),
        };
        return new ModelShape(spec, json.GetProperty("vocab_size").GetInt32(), classes, json.GetProperty("max_position_embeddings").GetInt32())
        {
            Padding = json.TryGetProperty("pad_token_id", out JsonElement padding) ? padding.GetInt32() : 0,
        };
    }

    private void WriteLabels(Utf8JsonWriter json)
    {
        json.WriteStartObject("id2label");
        for (int i = 0; i < Labels.Count; i++)
            json.WriteString(i.ToString(CultureInfo.InvariantCulture), Labels.Names[i]);
        json.WriteEndObject();
        json.WriteStartObject("label2id");
        for (int i = 0; i < Labels.Count; i++)
            json.WriteNumber(Labels.Names[i], i);
        json.WriteEndObject();
    }

    private static LabelSpace ReadLabels(JsonElement json, string where)
    {
        JsonElement names = json.GetProperty("id2label"), numbers = json.GetProperty("label2id");
        string[] ordered = [.. Enumerable.Range(0, names.GetPropertyCount()).Select(i => names.GetProperty(i.ToString(CultureInfo.InvariantCulture)).GetString() ?? "")];
        bool agree = numbers.GetPropertyCount() == ordered.Length && !ordered.Where((name, i) => !numbers.TryGetProperty(name, out JsonElement number) || number.GetInt32() != i).Any();
        return agree ? LabelSpace.Of(ordered) : throw Refuse(where, "id2label and label2id disagree");
    }

    private void WriteInfo(Utf8JsonWriter json)
    {
        json.WriteStartObject("kdcluster");
        if (Shape.Family is not null)
            FamilyConfig.WriteOwn(json, Shape);
        json.WriteString("name", Info.Name);
        json.WriteString("data", Info.Data);
        json.WriteString("method", Info.Method);
        json.WriteString("recipe_hash", Info.RecipeHash);
        json.WriteStartObject("metrics");
        foreach ((string key, double value) in Info.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (double.IsFinite(value))
                json.WriteNumber(key, value);
            else
                json.WriteNull(key);
        }
        json.WriteEndObject();
        json.WriteStartObject("versions");
        foreach ((string key, string value) in Info.Versions.OrderBy(v => v.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Whoever adds the pooling to a published file adds that alone.
    private static CheckpointInfo InfoOf(JsonElement json, string type) => json.TryGetProperty("kdcluster", out JsonElement own) && own.TryGetProperty("name", out _) ? ReadInfo(own) : new CheckpointInfo { Name = type };

    private static CheckpointInfo ReadInfo(JsonElement json) => new()
    {
        Name = json.GetProperty("name").GetString() ?? "",
        Data = json.GetProperty("data").GetString() ?? "",
        Method = json.GetProperty("method").GetString() ?? "",
        RecipeHash = json.GetProperty("recipe_hash").GetString(),
        Metrics = json.GetProperty("metrics").EnumerateObject().ToDictionary(m => m.Name, m => m.Value.ValueKind == JsonValueKind.Null ? double.NaN : m.Value.GetDouble(), StringComparer.Ordinal),
        Versions = json.GetProperty("versions").EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString() ?? "", StringComparer.Ordinal),
    };

    private static KdException Refuse(string where, string why, Exception? inner = null)
        => new("KD1204", $"not a checkpoint that can be read: {why}.", where, "Use the file that was written with the weights.", inner);
}
