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

            // The end of a text would be kept. The side of padding changes nothing here: what is padding is masked, and positions count from the first token.
            if (TokenizerRules.Has(json, "truncation_side", out JsonElement side) && side.GetString() != "right")
                throw TokenizerFile.Refuse(where, $"its truncation_side is {side.GetString()}, not right");
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

    /// <summary>Holds a file against what it says yes or no to, which transformers puts over the file.</summary>
    /// <param name="file">What is loaded.</param>
    /// <param name="where">How messages name the file.</param>
    /// <exception cref="KdException"><c>KD1207</c>: they say different things.</exception>
    public void Hold(TokenizerFile file, string where)
    {
        IEnumerable<KeyValuePair<string, bool>> does = file.PrefixSpace is { } prefix ? file.BertFlags.Append(new("add_prefix_space", prefix)) : file.BertFlags;
        string[] others = [.. does.Where(d => Flags.TryGetValue(d.Key, out bool said) && said != d.Value).Select(d => $"{d.Key} is {(d.Value ? "false" : "true")} in {File} and {(d.Value ? "true" : "false")} in the file")];
        if (others.Length > 0)
            throw TokenizerFile.Refuse(where, $"{string.Join(", ", others)}: load the tokenizer in transformers and save it, which makes one of both");
    }

    /// <summary>What transformers loads a tokenizer's file with.</summary>
    public static byte[] Write(TokenizerFile file)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            IReadOnlyDictionary<string, bool> flags = file.BertFlags;
            bool bert = file.Kind == "WordPiece" && flags.Count > 0 && file.LargestType == 1;
            json.WriteString("tokenizer_class", bert ? "BertTokenizer" : "PreTrainedTokenizerFast");
            // What it does not find here, transformers sets in the file to what is usual.
            foreach ((string flag, bool said) in flags.Where(f => bert && f.Key switch { "strip_accents" => f.Value != flags["do_lower_case"], "tokenize_chinese_chars" => !f.Value, _ => true }))
                json.WriteBoolean(flag, said);
            if (file.PrefixSpace == true)
                json.WriteBoolean("add_prefix_space", true);
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
