using System.Globalization;
using System.Text.Json;
using KdCluster.Learning.Models;
using KdCluster.Learning.Models.Families;
using KdCluster.Recipes;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>The <c>config.json</c> of a published family, under transformers' keys and with its defaults.</summary>
internal static class FamilyConfig
{
    private const string HeadSuffix = "ForSequenceClassification";

    // What published files are of whose head is another's: the encoder in them is whole.
    private static readonly string[] BaseSuffixes = ["Model", "ForMaskedLM", "ForPreTraining"];

    // What changes the answers, and is not done here: key, and the values that change nothing.
    private static readonly (string Key, Func<JsonElement, bool> Harmless, string What)[] Foreign =
    [
        ("position_embedding_type", v => v.GetString() == "absolute", "relative positions"),
        ("is_decoder", v => v.ValueKind == JsonValueKind.False, "a decoder"),
        ("add_cross_attention", v => v.ValueKind == JsonValueKind.False, "cross attention"),
        ("is_encoder_decoder", v => v.ValueKind == JsonValueKind.False, "an encoder and a decoder"),
        ("quantization_config", v => v.ValueKind == JsonValueKind.Null, "quantised weights"),
        ("pruned_heads", v => v.ValueKind == JsonValueKind.Null || (v.ValueKind == JsonValueKind.Object && v.GetPropertyCount() == 0), "pruned heads"),
        ("adapters", v => v.ValueKind == JsonValueKind.Null || (v.ValueKind == JsonValueKind.Object && v.GetPropertyCount() == 0), "adapters"),
        ("adapter_fusion_config", v => v.ValueKind == JsonValueKind.Null, "adapters"),
        ("problem_type", v => v.ValueKind == JsonValueKind.Null || v.GetString() is "single_label_classification" or "regression", "labels that do not exclude each other"),
    ];

    /// <summary>The architecture as one line: all that decides an answer.</summary>
    public static string Architecture(ModelShape shape)
    {
        (ModelSpec spec, FamilySettings family) = (shape.Spec, shape.Family!);
        return string.Create(CultureInfo.InvariantCulture,
            $"{spec.Kind} embedding={spec.Embedding} hidden={spec.Hidden} layers={spec.Layers} heads={spec.Heads} vocabulary={shape.Vocabulary} {(shape.Classes == 1 ? "output=score" : $"classes={shape.Classes}")} maxLength={shape.MaxLength} padding={shape.Padding} types={family.Types} epsilon={family.Epsilon:R} activation={family.Activation} pooling={family.Pooling}");
    }

    /// <summary>Writes the keys that transformers reads; our own facts are elsewhere.</summary>
    public static void Write(Utf8JsonWriter json, ModelShape shape)
    {
        (ModelSpec spec, FamilySettings family) = (shape.Spec, shape.Family!);
        Keys keys = Keys.Of(spec.Kind);
        json.WriteStartArray("architectures");
        json.WriteStringValue(keys.Class + HeadSuffix);
        json.WriteEndArray();
        json.WriteString("model_type", spec.Kind);
        json.WriteNumber(keys.Width, spec.Embedding);
        json.WriteNumber(keys.Hidden, spec.Hidden);
        json.WriteNumber(keys.Layers, spec.Layers);
        json.WriteNumber(keys.Heads, spec.Heads);
        json.WriteString(keys.Activation, family.Activation);
        json.WriteNumber(keys.Dropout, spec.Dropout);
        json.WriteNumber(keys.AttentionDropout, spec.Dropout);
        json.WriteNumber(keys.HeadDropout, spec.Dropout);
        json.WriteNumber("max_position_embeddings", EncoderModel.PositionsOf(shape));
        if (spec.Kind == FamilySettings.DistilBert)
        {
            json.WriteBoolean("sinusoidal_pos_embds", false);
        }
        else
        {
            json.WriteNumber("type_vocab_size", family.Types);
            json.WriteNumber("layer_norm_eps", family.Epsilon);
            json.WriteString("position_embedding_type", "absolute");
        }

        json.WriteNumber("vocab_size", shape.Vocabulary);
        json.WriteNumber("pad_token_id", shape.Padding);
    }

    /// <summary>Writes what transformers has no key for.</summary>
    public static void WriteOwn(Utf8JsonWriter json, ModelShape shape) => json.WriteString("pooling", shape.Family!.Pooling);

    /// <summary>Reads the sizes, and whether the file has a head for sequences.</summary>
    /// <param name="json">The whole file.</param>
    /// <param name="classes">Number of labels.</param>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="KdException"><c>KD1215</c>: what cannot be done here, all of it; <c>KD1204</c>: a value makes no sense.</exception>
    public static (ModelShape Shape, bool HasHead) Read(JsonElement json, int classes, string where)
    {
        string kind = json.GetProperty("model_type").GetString()!;
        Keys keys = Keys.Of(kind);
        var errors = new List<KdError>();
        foreach ((string key, _, string what) in Foreign.Where(f => json.TryGetProperty(f.Key, out JsonElement value) && !f.Harmless(value)))
            errors.Add(Refused($"{what} ({key}: {json.GetProperty(key).GetRawText()})", where));
        string activation = json.TryGetProperty(keys.Activation, out JsonElement named) ? named.GetString() ?? "" : "gelu";
        if (!FamilySettings.Activations.Contains(activation))
            errors.Add(Refused($"the activation {activation} ({keys.Activation})", where, $"There are {string.Join(", ", FamilySettings.Activations)}."));
        (bool hasHead, KdError? foreign) = Head(json, keys, where);
        if (foreign is not null)
            errors.Add(foreign);
        if (hasHead && classes > 1 && json.TryGetProperty("problem_type", out JsonElement problem) && problem.GetString() == "regression")
            errors.Add(Refused($"{classes} scores (problem_type: \"regression\", and as many labels)", where, "Use a model of one score, or of classes."));
        if (errors.Count > 0)
            throw new KdException(errors);

        int Number(string key, int usual) => json.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetInt32() : usual;
        int padding = Number("pad_token_id", keys.Padding), positions = Number("max_position_embeddings", 512);
        var spec = new ModelSpec
        {
            Kind = kind,
            Embedding = Number(keys.Width, 768),
            Hidden = Number(keys.Hidden, 3072),
            Layers = Number(keys.Layers, keys.LayersUsual),
            Heads = Number(keys.Heads, 12),
            Dropout = json.TryGetProperty(keys.Dropout, out JsonElement dropout) ? dropout.GetDouble() : 0.1,
        };
        var family = new FamilySettings
        {
            Epsilon = kind != FamilySettings.DistilBert && json.TryGetProperty("layer_norm_eps", out JsonElement epsilon) ? epsilon.GetDouble() : 1e-12,
            Activation = activation,
            Types = kind == FamilySettings.DistilBert ? 0 : Number("type_vocab_size", 2),
            Pooling = json.TryGetProperty("kdcluster", out JsonElement own) && own.TryGetProperty("pooling", out JsonElement pooling) ? pooling.GetString() ?? "" : FamilySettings.Default(kind)!.Pooling,
        };
        return (new ModelShape(spec, Number("vocab_size", keys.Vocabulary), classes, positions - EncoderModel.OffsetOf(kind, padding)) { Padding = padding, Family = family }, hasHead);
    }

    // A file that names no class is taken for what its labels and weights make of it: a head is there or is missing.
    private static (bool HasHead, KdError? Error) Head(JsonElement json, Keys keys, string where)
    {
        if (!json.TryGetProperty("architectures", out JsonElement classes) || classes.ValueKind == JsonValueKind.Null || classes.GetArrayLength() == 0)
            return (json.TryGetProperty("id2label", out _), null);
        string name = classes[0].GetString() ?? "";
        return name == keys.Class + HeadSuffix ? (true, null)
            : BaseSuffixes.Any(s => name == keys.Class + s) ? (false, null)
            : (false, Refused($"the architecture {name}", where, $"There are {keys.Class}{HeadSuffix}, and {string.Join(", ", BaseSuffixes.Select(s => keys.Class + s))} to begin a training from."));
    }

    private static KdError Refused(string what, string where, string remedy = "Use a model without it.") => new("KD1215", $"the model has {what}, which cannot be done here.", where, remedy);

    /// <summary>What a family's keys are called, and what they are where they are left out.</summary>
    private sealed record Keys(string Class, string Width, string Hidden, string Layers, string Heads, string Activation, string Dropout, string AttentionDropout, string HeadDropout, int LayersUsual, int Vocabulary, int Padding)
    {
        private static readonly Keys Bert = new("Bert", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", 12, 30_522, 0);
        private static readonly Keys Roberta = Bert with { Class = "Roberta", Vocabulary = 50_265, Padding = 1 };
        private static readonly Keys DistilBert = new("DistilBert", "dim", "hidden_dim", "n_layers", "n_heads", "activation", "dropout", "attention_dropout", "seq_classif_dropout", 6, 30_522, 0);

        public static Keys Of(string kind) => kind switch
        {
            FamilySettings.Bert => Bert,
            FamilySettings.Roberta => Roberta,
            _ => DistilBert,
        };
    }
}
