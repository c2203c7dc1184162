using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>The Hugging Face <c>tokenizer.json</c> of a word-level tokenizer: what <see cref="WordScanner"/> does, said in that format's terms.</summary>
internal static class WordTokenizerJson
{
    // Ideographs and kana; then identifiers' inner boundaries; then words, numbers and symbols, as WordScanner has them.
    private const string Ideographs = @"\x{3040}-\x{30FF}\x{3400}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}";
    private const string Letter = @"[[\p{L}\p{M}]&&[^" + Ideographs + "]]";
    private const string InnerBoundary = @"(?<=[[\p{L}\p{M}]&&[^\p{Lu}\p{Lt}" + Ideographs + @"]])(?=[\p{Lu}\p{Lt}])|(?<=[\p{Lu}\p{Lt}])(?=[\p{Lu}\p{Lt}][[\p{Ll}\p{Lm}]&&[^" + Ideographs + "]])";
    private const string Word = Letter + "+(?:'" + Letter + @"+)*|\p{Nd}+|[^\p{Z}\p{Cc}\p{Cf}]";

    public static byte[] Write(IReadOnlyList<string> words, int maxLength)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            WriteTruncation(json, maxLength);
            json.WriteNull("padding");
            WriteSpecialTokens(json);
            WriteScanner(json);
            WriteTemplate(json);
            json.WriteNull("decoder");
            json.WriteStartObject("model");
            json.WriteString("type", "WordLevel");
            json.WriteStartObject("vocab");
            for (int i = 0; i < words.Count; i++)
                json.WriteNumber(words[i], i);
            json.WriteEndObject();
            json.WriteString("unk_token", words[WordTokenizer.Unknown]);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    public static WordTokenizer Read(byte[] bytes, string where)
    {
        try
        {
            using var found = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            int maxLength = found.RootElement.GetProperty("truncation").GetProperty("max_length").GetInt32();
            var words = ReadWords(found.RootElement.GetProperty("model").GetProperty("vocab"), where);
            if (maxLength < 4)
                throw Refuse(where, $"its maximum length {maxLength} leaves no room for words");
            using var expected = JsonDocument.Parse(Write(words, maxLength));
            return JsonElement.DeepEquals(found.RootElement, expected.RootElement)
                ? new WordTokenizer(words, maxLength)
                : throw Refuse(where, "it states other rules than this tokenizer's");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Refuse(where, "it is not a tokenizer.json of a word-level vocabulary", e);
        }
    }

    private static string[] ReadWords(JsonElement vocabulary, string where)
    {
        var words = new string?[vocabulary.GetPropertyCount()];
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            int id = entry.Value.GetInt32();
            if (id < 0 || id >= words.Length || words[id] is not null)
                throw Refuse(where, $"id {id} of '{entry.Name}' is not one of 0 to {words.Length - 1}, each once");
            words[id] = entry.Name;
        }
        return words.Take(WordTokenizer.SpecialTokens.Count).SequenceEqual(WordTokenizer.SpecialTokens)
            ? [.. words.Select(word => word!)]
            : throw Refuse(where, $"its first tokens are not {string.Join(", ", WordTokenizer.SpecialTokens)}");
    }

    private static void WriteTruncation(Utf8JsonWriter json, int maxLength)
    {
        json.WriteStartObject("truncation");
        json.WriteString("direction", "Right");
        json.WriteNumber("max_length", maxLength);
        json.WriteString("strategy", "LongestFirst");
        json.WriteNumber("stride", 0);
        json.WriteEndObject();
    }

    private static void WriteSpecialTokens(Utf8JsonWriter json)
    {
        json.WriteStartArray("added_tokens");
        for (int i = 0; i < WordTokenizer.SpecialTokens.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i);
            json.WriteString("content", WordTokenizer.SpecialTokens[i]);
            foreach (string no in (ReadOnlySpan<string>)["single_word", "lstrip", "rstrip", "normalized"])
                json.WriteBoolean(no, false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteScanner(Utf8JsonWriter json)
    {
        json.WriteStartObject("normalizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("normalizers");
        json.WriteStartObject();
        json.WriteString("type", "Replace");
        WriteRegex(json, InnerBoundary);
        json.WriteString("content", " ");
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "Lowercase");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Split");
        WriteRegex(json, Word);
        json.WriteString("behavior", "Removed");
        json.WriteBoolean("invert", true);
        json.WriteEndObject();
    }

    private static void WriteRegex(Utf8JsonWriter json, string pattern)
    {
        json.WriteStartObject("pattern");
        json.WriteString("Regex", pattern);
        json.WriteEndObject();
    }

    private static void WriteTemplate(Utf8JsonWriter json)
    {
        string start = WordTokenizer.SpecialTokens[WordTokenizer.Start], separator = WordTokenizer.SpecialTokens[WordTokenizer.Separator];
        TemplateWriter.Piece[] single = [TemplateWriter.Special(start), TemplateWriter.First];
        TemplateWriter.Write(json, single, [.. single, TemplateWriter.Special(separator), TemplateWriter.Second(0)], (start, WordTokenizer.Start), (separator, WordTokenizer.Separator));
    }

    private static KdException Refuse(string where, string why, Exception? inner = null)
        => new("KD1207", $"not a tokenizer of this project: {why}.", where, "Use the file that was written with the checkpoint.", inner);
}
