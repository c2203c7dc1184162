using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>What a <c>tokenizer.json</c> may state. The library would end the process, or draw lots, on some of what is refused here.</summary>
internal static class TokenizerRules
{
    private const int MostTokens = 1 << 24, LongestWord = 256;
    private static readonly string[] Models = ["WordPiece", "BPE", "Unigram"];
    private static readonly string[] Normalizers = ["BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Prepend", "Replace", "ByteLevel", "Sequence"];
    private static readonly string[] PreTokenizers = ["BertPreTokenizer", "Whitespace", "WhitespaceSplit", "ByteLevel", "Metaspace", "Punctuation", "Digits", "Split", "Sequence"];

    // Those of GPT-2, Llama 3 and Qwen 2. On others the library may end the process: it takes no expression that tries too long for an error.
    private static readonly string[] Expressions =
    [
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ];

    /// <summary>Looks over model, normalizer, pre-tokenizer and truncation.</summary>
    /// <returns>The model's kind, and how many times as long, in bytes of UTF-8, a text may become before it.</returns>
    /// <exception cref="KdException"><c>KD1207</c>: something in it cannot be done.</exception>
    public static (string Kind, double Growth) Check(JsonElement json, string where)
    {
        JsonElement model = json.GetProperty("model");
        string kind = KindOf(model);
        if (!Models.Contains(kind))
            throw TokenizerFile.Refuse(where, $"its model is '{kind}', not one of {string.Join(", ", Models)}");
        if (Has(model, "dropout", out JsonElement dropout) && dropout.GetDouble() != 0)
            throw TokenizerFile.Refuse(where, $"its BPE leaves out merges at random (dropout {dropout.GetDouble()})");
        if (kind == "BPE" && Has(model, "continuing_subword_prefix", out JsonElement prefix) && prefix.GetString() != "")
            throw TokenizerFile.Refuse(where, $"its BPE marks continued words by '{prefix.GetString()}'");
        // All beginnings of a word are looked up, longest first, at every one of its letters.
        if (kind == "WordPiece" && Has(model, "max_input_chars_per_word", out JsonElement longest) && longest.GetInt64() > LongestWord)
            throw TokenizerFile.Refuse(where, $"its WordPiece takes words of {longest.GetInt64()} characters (max_input_chars_per_word), and {LongestWord} is the most");
        double growth = TokenizerGrowth.Of([.. Components(json, "normalizer", "normalizers", Normalizers, where), .. Components(json, "pre_tokenizer", "pretokenizers", PreTokenizers, where)], where);
        if (!Has(json, "truncation", out JsonElement truncation))
            return (kind, growth);
        foreach ((string key, string only) in ((string, string)[])[("direction", "Right"), ("strategy", "LongestFirst")])
        {
            if (Has(truncation, key, out JsonElement said) && said.GetString() != only)
                throw TokenizerFile.Refuse(where, $"its truncation has the {key} {said.GetString()}, not {only}");
        }

        return (kind, growth);
    }

    /// <summary>The tokens of the model, by text.</summary>
    public static Dictionary<string, int> Vocabulary(JsonElement model, string where)
    {
        JsonElement vocabulary = model.GetProperty("vocab");
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var taken = new HashSet<int>();
        if (vocabulary.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement piece in vocabulary.EnumerateArray())
            {
                if (piece.GetArrayLength() != 2 || !double.IsFinite(piece[1].GetDouble()))
                    throw TokenizerFile.Refuse(where, $"piece {ids.Count} is not a text and its score");
                if (!ids.TryAdd(piece[0].GetString()!, ids.Count))
                    throw TokenizerFile.Refuse(where, $"the piece '{piece[0].GetString()}' is there twice");
            }

            return ids;
        }

        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            int id = entry.Value.GetInt32();
            if (id < 0 || id >= MostTokens || !taken.Add(id))
                throw TokenizerFile.Refuse(where, $"id {id} of '{entry.Name}' is taken, or not below {MostTokens}");
            ids.Add(entry.Name, id);
        }

        return ids;
    }

    /// <summary>The ids of the special ones among the added tokens, and the added tokens by text.</summary>
    public static (HashSet<int> Special, Dictionary<string, int> Added) Added(JsonElement json, Dictionary<string, int> ids, string where)
    {
        HashSet<int> special = [];
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        int next = ids.Count;
        if (!Has(json, "added_tokens", out JsonElement tokens))
            return (special, added);
        foreach (JsonElement token in tokens.EnumerateArray())
        {
            (string content, int id) = (token.GetProperty("content").GetString()!, token.GetProperty("id").GetInt32());
            // The library numbers those that the vocabulary does not hold itself, from its size on.
            int its = ids.TryGetValue(content, out int known) ? known : next;
            if (content.Length == 0 || id != its)
                throw TokenizerFile.Refuse(where, $"the added token '{content}' has id {id}, and should have {its}");
            next = Math.Max(next, id + 1);
            if (!added.TryAdd(content, id))
                throw TokenizerFile.Refuse(where, $"the added token '{content}' is there twice");
            if (token.TryGetProperty("special", out JsonElement isSpecial) && isSpecial.GetBoolean())
                special.Add(id);
        }

        return (special, added);
    }

    /// <summary>The id of what the vocabulary does not hold; null: there is none.</summary>
    public static int? Unknown(JsonElement model, Dictionary<string, int> ids) =>
        Has(model, "unk_id", out JsonElement number) ? number.GetInt32()
        : Has(model, "unk_token", out JsonElement token) && ids.TryGetValue(token.GetString()!, out int id) ? id
        : null;

    /// <summary>Whether a member is there and is not null.</summary>
    public static bool Has(JsonElement json, string name, out JsonElement found) => json.TryGetProperty(name, out found) && found.ValueKind != JsonValueKind.Null;

    // Old files leave the kind of the model out.
    private static string KindOf(JsonElement model) => Has(model, "type", out JsonElement type) ? type.GetString()!
        : model.TryGetProperty("merges", out _) ? "BPE"
        : model.TryGetProperty("max_input_chars_per_word", out _) ? "WordPiece"
        : model.TryGetProperty("unk_id", out _) ? "Unigram"
        : "unknown";

    private static IEnumerable<JsonElement> Components(JsonElement json, string section, string list, string[] known, string where)
        => Has(json, section, out JsonElement found) ? Flat(found, section, list, known, where) : [];

    // Checked, and without the sequences that they stand in.
    private static IEnumerable<JsonElement> Flat(JsonElement component, string section, string list, string[] known, string where)
    {
        string type = component.GetProperty("type").GetString()!;
        if (!known.Contains(type))
            throw TokenizerFile.Refuse(where, $"its {section} is or holds '{type}', and those that can be used are {string.Join(", ", known)}");
        if (type is "Split" or "Replace")
            Pattern(component.GetProperty("pattern").EnumerateObject().Single(), type, section, where);
        return type == "Sequence" ? component.GetProperty(list).EnumerateArray().SelectMany(inner => Flat(inner, section, list, known, where)) : [component];
    }

    private static void Pattern(JsonProperty pattern, string type, string section, string where)
    {
        string text = pattern.Value.GetString()!;
        if (text.Length == 0)
            throw TokenizerFile.Refuse(where, $"a {type} of its {section} has an empty pattern");
        if (pattern.Name != "String" && !(type == "Split" && Expressions.Contains(text)))
            throw TokenizerFile.Refuse(where, $"a {type} of its {section} has the expression {text}, and only a Split by that of GPT-2, Llama 3 or Qwen 2 can be used");
    }
}
