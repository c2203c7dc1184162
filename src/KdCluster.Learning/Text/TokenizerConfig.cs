using System.Text.Encodings.Web;
using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>A <c>tokenizer_config.json</c>: what transformers keeps beside a tokenizer's file.</summary>
/// <param name="Class"><c>tokenizer_class</c>; null: not stated.</param>
/// <param name="MaxLength"><c>model_max_length</c> in tokens; null: none, which transformers writes as a very large number.</param>
/// <param name="Tokens">The special tokens that it names, by what they are for, such as <c>pad_token</c>.</param>
/// <param name="Flags">What it says yes or no to, such as <c>do_lower_case</c>.</param>
internal sealed record TokenizerConfig(string? Class, int? MaxLength, IReadOnlyDictionary<string, string> Tokens, IReadOnlyDictionary<string, bool> Flags)
{
    public const string File = "tokenizer_config.json";

    private const int MostLength = 1 << 20;

    public static TokenizerConfig None { get; } = new(null, null, new Dictionary<string, string>(), new Dictionary<string, bool>());

    /// <exception cref="KdException"><c>KD1207</c>: it is none.</exception>
    public static TokenizerConfig Read(byte[] bytes, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement json = document.RootElement;
            var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
            var flags = new Dictionary<string, bool>(StringComparer.Ordinal);
            foreach (JsonProperty entry in json.EnumerateObject())
            {
                if (entry.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                    flags[entry.Name] = entry.Value.GetBoolean();
                else if (entry.Name.EndsWith("_token", StringComparison.Ordinal) && entry.Value.ValueKind != JsonValueKind.Null)
                    tokens[entry.Name] = (entry.Value.ValueKind == JsonValueKind.Object ? entry.Value.GetProperty("content") : entry.Value).GetString()!;
            }

            return new TokenizerConfig(
                TokenizerRules.Has(json, "tokenizer_class", out JsonElement name) ? name.GetString() : null,
                TokenizerRules.Has(json, "model_max_length", out JsonElement length) && length.GetDouble() <= MostLength ? length.GetInt32() : null,
                tokens, flags);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw TokenizerFile.Refuse(where, $"it is not a tokenizer_config.json: {e.Message}", e);
        }
    }

    /// <summary>What transformers loads a tokenizer's file with.</summary>
    public static byte[] Write(TokenizerFile file)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            bool bert = file.Kind == "WordPiece" && file.Lowercase is not null && file.LargestType == 1;
            json.WriteString("tokenizer_class", bert ? "BertTokenizer" : "PreTrainedTokenizerFast");
            if (bert)
                json.WriteBoolean("do_lower_case", file.Lowercase!.Value);
            json.WriteNumber("model_max_length", file.MaxLength);
            if (file.LargestType == 0)
            {
                json.WriteStartArray("model_input_names");
                json.WriteStringValue("input_ids");
                json.WriteStringValue("attention_mask");
                json.WriteEndArray();
            }

            foreach ((string name, string token) in file.NamedTokens)
                json.WriteString(name, token);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
