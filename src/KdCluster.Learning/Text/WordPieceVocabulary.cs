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
            string start = special["cls_token"], end = special["sep_token"];
            TemplateWriter.Piece[] single = [TemplateWriter.Special(start), TemplateWriter.First, TemplateWriter.Special(end)];
            TemplateWriter.Write(json, single, [.. single, TemplateWriter.Second(1), TemplateWriter.Special(end, 1)], (start, ids[start]), (end, ids[end]));
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
}
