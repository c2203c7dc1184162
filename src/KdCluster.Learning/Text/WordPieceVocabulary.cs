using System.Text;
using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>A <c>vocab.txt</c> of BERT's: one token a line, its number is its id. Its <c>tokenizer.json</c> is made of it as transformers makes it.</summary>
internal static class WordPieceVocabulary
{
    public const string File = "vocab.txt";

    private const int LongestWord = 100;
    private static readonly string?[] Classes = [null, "BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "DistilBertTokenizerFast", "ElectraTokenizer", "ElectraTokenizerFast"];
    private static readonly (string Name, string Token)[] Special = [("pad_token", "[PAD]"), ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("mask_token", "[MASK]")];

    /// <param name="bytes">The file.</param>
    /// <param name="config">What stands beside it. Not stated: texts are lower-cased and lose their accents, and ideographs stand alone, as published.</param>
    /// <param name="where">How messages name it.</param>
    /// <exception cref="KdException"><c>KD1207</c>: it is no such vocabulary.</exception>
    public static byte[] ToJson(byte[] bytes, TokenizerConfig config, string where)
    {
        if (!Classes.Contains(config.Class))
            throw TokenizerFile.Refuse(where, $"a vocab.txt of a {config.Class} is not known, {string.Join(", ", Classes.OfType<string>())} are: give its tokenizer.json");
        string[] tokens = Lines(bytes, where);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string token in tokens)
        {
            if (!ids.TryAdd(token, ids.Count))
                throw TokenizerFile.Refuse(where, $"line {ids.Count + 1} has the token '{token}', which line {ids[token] + 1} has already");
        }

        var special = Special.ToDictionary(s => s.Name, s => config.Tokens.GetValueOrDefault(s.Name, s.Token));
        if (special.Where(s => s.Key != "mask_token" && !ids.ContainsKey(s.Value)).Select(s => s.Value).ToArray() is { Length: > 0 } missing)
            throw TokenizerFile.Refuse(where, $"it lacks {string.Join(", ", missing)}");
        return Write(ids, [.. special.Values.Where(ids.ContainsKey).Distinct().OrderBy(t => ids[t])], special, config.Flags);
    }

    private static string[] Lines(byte[] bytes, string where)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (ArgumentException e)
        {
            throw TokenizerFile.Refuse(where, "it is not UTF-8", e);
        }

        string[] lines = [.. text.Split('\n').Select(l => l.EndsWith('\r') ? l[..^1] : l)];
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static byte[] Write(Dictionary<string, int> ids, string[] added, Dictionary<string, string> special, IReadOnlyDictionary<string, bool> flags)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("added_tokens");
            foreach (string token in added)
            {
                json.WriteStartObject();
                json.WriteNumber("id", ids[token]);
                json.WriteString("content", token);
                foreach (string no in (ReadOnlySpan<string>)["single_word", "lstrip", "rstrip", "normalized"])
                    json.WriteBoolean(no, false);
                json.WriteBoolean("special", true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("normalizer");
            json.WriteString("type", "BertNormalizer");
            json.WriteBoolean("clean_text", true);
            json.WriteBoolean("handle_chinese_chars", flags.GetValueOrDefault("tokenize_chinese_chars", true));
            // Not stated, accents are stripped where texts are lower-cased.
            if (flags.TryGetValue("strip_accents", out bool strip))
                json.WriteBoolean("strip_accents", strip);
            else
                json.WriteNull("strip_accents");
            json.WriteBoolean("lowercase", flags.GetValueOrDefault("do_lower_case", true));
            json.WriteEndObject();
            json.WriteStartObject("pre_tokenizer");
            json.WriteString("type", "BertPreTokenizer");
            json.WriteEndObject();
            WriteTemplate(json, (special["cls_token"], ids[special["cls_token"]]), (special["sep_token"], ids[special["sep_token"]]));
            json.WriteStartObject("decoder");
            json.WriteString("type", "WordPiece");
            json.WriteString("prefix", "##");
            json.WriteBoolean("cleanup", true);
            json.WriteEndObject();
            json.WriteStartObject("model");
            json.WriteString("type", "WordPiece");
            json.WriteString("unk_token", special["unk_token"]);
            json.WriteString("continuing_subword_prefix", "##");
            json.WriteNumber("max_input_chars_per_word", LongestWord);
            json.WriteStartObject("vocab");
            foreach ((string token, int id) in ids)
                json.WriteNumber(token, id);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    // [CLS] A [SEP], and [CLS] A [SEP] B [SEP] with the types 0 and 1.
    private static void WriteTemplate(Utf8JsonWriter json, (string Token, int Id) start, (string Token, int Id) end)
    {
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        foreach ((string name, (string Kind, string Id, int Type)[] parts) in ((string, (string, string, int)[])[])[
            ("single", [("SpecialToken", start.Token, 0), ("Sequence", "A", 0), ("SpecialToken", end.Token, 0)]),
            ("pair", [("SpecialToken", start.Token, 0), ("Sequence", "A", 0), ("SpecialToken", end.Token, 0), ("Sequence", "B", 1), ("SpecialToken", end.Token, 1)])])
        {
            json.WriteStartArray(name);
            foreach ((string kind, string id, int type) in parts)
            {
                json.WriteStartObject();
                json.WriteStartObject(kind);
                json.WriteString("id", id);
                json.WriteNumber("type_id", type);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("special_tokens");
        foreach ((string token, int id) in (ReadOnlySpan<(string, int)>)[start, end])
        {
            json.WriteStartObject(token);
            json.WriteString("id", token);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
