using System.Globalization;
using System.Text.Json;
using KdCluster.Learning.Models;
using KdCluster.Learning.Models.Decoders;
using KdCluster.Recipes;

namespace KdCluster.Learning.Checkpoints.Published;

/// <summary>The <c>config.json</c> of a published causal language model, with transformers' defaults.</summary>
internal static class DecoderConfig
{
    // Key and the only value that is done here, as it stands in the file; a key that is left out has it.
    private static readonly (string Kind, string Key, string[] Done)[] Only =
    [
        (DecoderShape.Gpt2, "activation_function", ["\"gelu_new\""]),
        (DecoderShape.Gpt2, "add_cross_attention", ["false"]),
        (DecoderShape.Gpt2, "scale_attn_weights", ["true"]),
        (DecoderShape.Gpt2, "scale_attn_by_inverse_layer_idx", ["false"]),
        (DecoderShape.Llama, "hidden_act", ["\"silu\""]),
        (DecoderShape.Llama, "rope_scaling", ["null"]),
        (DecoderShape.Llama, "attention_bias", ["false"]),
        (DecoderShape.Llama, "mlp_bias", ["false"]),
        ("", "quantization_config", ["null"]),
    ];

    /// <summary>Reads it.</summary>
    /// <exception cref="KdException"><c>KD1215</c>: what cannot be done here, all of it; <c>KD1204</c>: it cannot be read, or its sizes make no model.</exception>
    public static DecoderShape Read(byte[] bytes, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement json = document.RootElement;
            string kind = json.GetProperty("model_type").GetString() ?? "";
            if (kind is not (DecoderShape.Gpt2 or DecoderShape.Llama))
                throw Refuse(where, $"model_type is '{kind}', not {DecoderShape.Gpt2} or {DecoderShape.Llama}");
            KdError[] foreign = [.. Only.Where(o => (o.Kind.Length == 0 || o.Kind == kind) && json.TryGetProperty(o.Key, out JsonElement value) && !o.Done.Contains(value.GetRawText()))
                .Select(o => new KdError("KD1215", $"the model has {o.Key} {json.GetProperty(o.Key).GetRawText()}, which cannot be done here.", where, "Use a model without it."))];
            if (foreign.Length > 0)
                throw new KdException(foreign);
            DecoderShape shape = kind == DecoderShape.Gpt2 ? Gpt2(json) : Llama(json);
            int[] sizes = [shape.Width, shape.Hidden, shape.Layers, shape.Heads, shape.KeyHeads, shape.Vocabulary, shape.Positions];
            bool even = kind == DecoderShape.Gpt2 || (shape.Heads > 0 && shape.HeadWidth % 2 == 0);
            return sizes.All(s => s is >= 1 and <= 1 << 24) && shape.Layers <= 1024 && shape.Width % shape.Heads == 0 && shape.Heads % shape.KeyHeads == 0 && even && shape.Epsilon is > 0 and < 1 && shape.Theta > 0
                ? shape : throw Refuse(where, $"its sizes make no model: {shape}");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Refuse(where, $"it cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The shape of the model that a file is of.</summary>
    /// <exception cref="KdException">As <see cref="Read"/>.</exception>
    public static ModelShape ShapeOf(byte[] bytes, JsonElement json, string where)
    {
        DecoderShape shape = Read(bytes, where);
        var spec = new ModelSpec
        {
            Kind = shape.Kind,
            Embedding = shape.Width,
            Hidden = shape.Hidden,
            Layers = shape.Layers,
            Heads = shape.Heads,
            Dropout = shape.Kind == DecoderSettings.Gpt2 ? Number(json, "resid_pdrop", 0.1) : Number(json, "attention_dropout", 0),
        };
        var settings = new DecoderSettings { KeyHeads = shape.KeyHeads, Epsilon = shape.Epsilon, Theta = shape.Theta, Tied = shape.Tied };
        return new ModelShape(spec, shape.Vocabulary, 1, shape.Positions) { Decoder = settings };
    }

    /// <summary>The architecture as one line; dropout, which changes no answer, is not in it.</summary>
    public static string Architecture(ModelShape shape)
    {
        DecoderShape own = DecoderShape.Of(shape);
        return string.Create(CultureInfo.InvariantCulture,
            $"{own.Kind} embedding={own.Width} hidden={own.Hidden} layers={own.Layers} heads={own.Heads} keyHeads={own.KeyHeads} vocabulary={own.Vocabulary} maxLength={own.Positions} epsilon={own.Epsilon:R} {(own.Kind == DecoderSettings.Llama ? $"theta={own.Theta:R} " : "")}tied={(own.Tied ? "true" : "false")}");
    }

    /// <summary>Writes the keys that transformers reads; our own facts are elsewhere.</summary>
    public static void Write(Utf8JsonWriter json, ModelShape shape)
    {
        DecoderShape own = DecoderShape.Of(shape);
        bool gpt2 = own.Kind == DecoderSettings.Gpt2;
        json.WriteStartArray("architectures");
        json.WriteStringValue(gpt2 ? "GPT2LMHeadModel" : "LlamaForCausalLM");
        json.WriteEndArray();
        json.WriteString("model_type", own.Kind);
        json.WriteNumber(gpt2 ? "n_embd" : "hidden_size", own.Width);
        json.WriteNumber(gpt2 ? "n_inner" : "intermediate_size", own.Hidden);
        json.WriteNumber(gpt2 ? "n_layer" : "num_hidden_layers", own.Layers);
        json.WriteNumber(gpt2 ? "n_head" : "num_attention_heads", own.Heads);
        json.WriteNumber(gpt2 ? "n_positions" : "max_position_embeddings", own.Positions);
        json.WriteNumber(gpt2 ? "layer_norm_epsilon" : "rms_norm_eps", own.Epsilon);
        json.WriteString(gpt2 ? "activation_function" : "hidden_act", gpt2 ? "gelu_new" : "silu");
        foreach (string dropout in gpt2 ? (string[])["embd_pdrop", "attn_pdrop", "resid_pdrop"] : ["attention_dropout"])
            json.WriteNumber(dropout, shape.Spec.Dropout);
        if (!gpt2)
        {
            json.WriteNumber("num_key_value_heads", own.KeyHeads);
            json.WriteNumber("rope_theta", own.Theta);
        }

        json.WriteBoolean("tie_word_embeddings", own.Tied);
        json.WriteNumber("vocab_size", own.Vocabulary);
    }

    private static DecoderShape Gpt2(JsonElement json)
    {
        int width = Whole(json, "n_embd", 768), heads = Whole(json, "n_head", 12);
        return new DecoderShape(DecoderShape.Gpt2, width, Whole(json, "n_inner", 4 * width), Whole(json, "n_layer", 12), heads, heads, Whole(json, "vocab_size", 50_257), Whole(json, "n_positions", 1024),
            Number(json, "layer_norm_epsilon", 1e-5), 1, Flag(json, "tie_word_embeddings", true));
    }

    private static DecoderShape Llama(JsonElement json)
    {
        int heads = Whole(json, "num_attention_heads", 32);
        return new DecoderShape(DecoderShape.Llama, Whole(json, "hidden_size", 4096), Whole(json, "intermediate_size", 11_008), Whole(json, "num_hidden_layers", 32), heads, Whole(json, "num_key_value_heads", heads),
            Whole(json, "vocab_size", 32_000), Whole(json, "max_position_embeddings", 2048), Number(json, "rms_norm_eps", 1e-6), Number(json, "rope_theta", 10_000), Flag(json, "tie_word_embeddings", false));
    }

    private static int Whole(JsonElement json, string key, int usual) => json.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetInt32() : usual;

    private static double Number(JsonElement json, string key, double usual) => json.TryGetProperty(key, out JsonElement value) ? value.GetDouble() : usual;

    private static bool Flag(JsonElement json, string key, bool usual) => json.TryGetProperty(key, out JsonElement value) ? value.GetBoolean() : usual;

    private static KdException Refuse(string where, string why, Exception? inner = null)
        => new("KD1204", $"not a causal language model that can be read: {why}.", where, "Use the file that was published with the weights.", inner);
}
