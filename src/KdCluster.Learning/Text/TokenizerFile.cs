using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace KdCluster.Learning.Text;

/// <summary>A <c>tokenizer.json</c> of WordPiece, byte-level BPE or Unigram, checked: all that it means is done, or it is refused.</summary>
internal sealed class TokenizerFile
{
    private const int MostLength = 1 << 20;
    private static readonly string[] Kept = ["added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"];
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, string[] Tokens)[] Names =
        [("bos_token", ["<s>", "<|endoftext|>"]), ("eos_token", ["</s>", "<|endoftext|>"]), ("unk_token", ["[UNK]", "<unk>", "<|endoftext|>"]), ("cls_token", ["[CLS]", "<s>"]), ("sep_token", ["[SEP]", "</s>"]), ("mask_token", ["[MASK]", "<mask>"])];

    private readonly JsonElement _json;
    private byte[]? _bytes;
    private readonly Lazy<TokenText?> _text;

    private TokenizerFile(JsonElement json, int maxLength, string? padding, string where)
    {
        (_json, MaxLength) = (json, maxLength);
        _text = new(() => TokenText.Of(_json, Marks!));
        foreach (string section in Sections(json).Except([.. Kept, "version", "truncation", "padding"]))
            throw Refuse(where, $"it has a section '{section}' that is not known");
        JsonElement model = json.GetProperty("model");
        (Kind, Growth) = TokenizerRules.Check(json, where);
        Dictionary<string, int> ids = TokenizerRules.Vocabulary(model, where);
        (HashSet<int> special, Dictionary<string, int> added) = TokenizerRules.Added(json, ids, where);
        if (added.Keys.Sum(token => (long)Encoding.UTF8.GetByteCount(token)) * Growth > TokenizerGrowth.MostBytes)
            throw Refuse(where, $"its added tokens may become {Growth:0} times as long, and are too long for it");
        BaseVocabulary = ids.Values.DefaultIfEmpty(-1).Max() + 1;
        Vocabulary = Math.Max(BaseVocabulary, added.Values.DefaultIfEmpty(-1).Max() + 1);
        if (Vocabulary < 2)
            throw Refuse(where, "it has no vocabulary");
        Unknown = TokenizerRules.Unknown(model, ids);
        (Single, Pair) = TemplateReader.Read(json, Vocabulary, where);
        Marks = [.. special, .. Single.Parts.Concat(Pair.Parts).SelectMany(p => p.Ids)];
        IEnumerable<(string Token, int Id)> Found(params IEnumerable<string?> names) => names.OfType<string>().Where(n => added.ContainsKey(n) || ids.ContainsKey(n)).Select(n => (n, added.TryGetValue(n, out int id) ? id : ids[n]));
        Mask = Found("[MASK]", "<mask>").Select(m => (int?)m.Id).FirstOrDefault();
        // What ends or begins a text is no padding, whatever a file says: a text may hold it.
        (PaddingToken, int pad) = Found(Named(json, "padding", "pad_token"), padding, "[PAD]", "<pad>").FirstOrDefault(p => p.Id != Unknown && !Single.Parts.Concat(Pair.Parts).Any(part => part.Ids.Contains(p.Id)));
        Padding = PaddingToken is null ? null : pad;
        NamedTokens = [.. Names.Select(n => (n.Name, Token: n.Tokens.FirstOrDefault(t => added.ContainsKey(t)))).Append((Name: "pad_token", Token: PaddingToken)).Where(n => n.Token is not null).Select(n => (n.Name, n.Token!))];
        (BertFlags, PrefixSpace) = (ReadBertFlags(), ReadPrefixSpace());
        if (Unknown is { } unknown)
            Marks.Remove(unknown);
        int least = Math.Max(Single.Specials + 1, Pair.Specials + 2);
        if (maxLength < least || maxLength > MostLength)
            throw Refuse(where, $"its maximum length {maxLength} is not {least} to {MostLength}");
    }

    /// <summary><c>WordPiece</c>, <c>BPE</c> or <c>Unigram</c>.</summary>
    public string Kind { get; }

    /// <summary>How many times as long, in bytes of UTF-8, a text may become before the model looks at it: 1 or more.</summary>
    public double Growth { get; }

    /// <summary>The largest id and one.</summary>
    public int Vocabulary { get; }

    /// <summary>The largest id of the vocabulary itself and one.</summary>
    public int BaseVocabulary { get; }

    public int MaxLength { get; }

    /// <summary>Id of padding; null: there is none.</summary>
    public int? Padding { get; }

    public string? PaddingToken { get; }

    /// <summary>The special tokens by what transformers knows them as.</summary>
    public IReadOnlyList<(string Name, string Token)> NamedTokens { get; }

    public int? Unknown { get; }

    public int? Mask { get; }

    /// <summary>Ids of special tokens, without the one of what is unknown.</summary>
    public HashSet<int> Marks { get; }

    /// <summary>The text of ids; null: the file does not tell it.</summary>
    public TokenText? Text => _text.Value;

    public TokenTemplate Single { get; }

    public TokenTemplate Pair { get; }

    public int LargestType => Math.Max(Single.LargestType, Pair.LargestType);

    /// <summary>What its normalizer does, as transformers names it; empty where it is not BERT's. Accents are stripped where texts are lower-cased, if nothing else is said.</summary>
    public IReadOnlyDictionary<string, bool> BertFlags { get; }

    /// <summary>Whether a text gets a space before it; null: its pre-tokenizer is none that says so.</summary>
    public bool? PrefixSpace { get; }

    /// <param name="bytes">The file.</param>
    /// <param name="maxLength">Longest view in tokens; null: it is not known.</param>
    /// <param name="padding">The token of padding, where it is known from elsewhere; the file's own counts before it.</param>
    /// <param name="where">How messages name it.</param>
    /// <exception cref="KdException"><c>KD1207</c>: it is none, or means something that cannot be done.</exception>
    public static TokenizerFile Read(byte[] bytes, int? maxLength, string? padding, string where)
    {
        if (!Utf8.IsValid(bytes))
            throw Refuse(where, "it is not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement json = document.RootElement.Clone();
            return new TokenizerFile(
                json, maxLength ?? throw Refuse(where, "no maximum length is known: neither its truncation nor a tokenizer_config.json beside it (model_max_length) states one"), padding, where);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            throw Refuse(where, $"it is not a tokenizer.json: {e.Message}", e);
        }
    }

    /// <summary>The maximum length that a file states; null: none.</summary>
    public static int? LengthOf(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return TokenizerRules.Has(document.RootElement, "truncation", out JsonElement truncation) ? truncation.GetProperty("max_length").GetInt32() : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;   // told by Read
        }
    }

    /// <summary>The file with its maximum length and its padding stated, each section in one place: the same tokenizer gives the same bytes.</summary>
    public byte[] ToBytes() => _bytes ??= Write(json =>
    {
        json.WriteStartObject("truncation");
        json.WriteString("direction", "Right");
        json.WriteNumber("max_length", MaxLength);
        json.WriteString("strategy", "LongestFirst");
        json.WriteNumber("stride", 0);
        json.WriteEndObject();
        if (PaddingToken is null)
        {
            json.WriteNull("padding");
            return;
        }

        json.WriteStartObject("padding");
        json.WriteString("strategy", "BatchLongest");
        json.WriteString("direction", "Right");
        json.WriteNull("pad_to_multiple_of");
        json.WriteNumber("pad_id", Padding!.Value);
        json.WriteNumber("pad_type_id", 0);
        json.WriteString("pad_token", PaddingToken);
        json.WriteEndObject();
    }, Kept);

    /// <summary>What the library does: all before special tokens, truncation and padding.</summary>
    public byte[] ForLibrary() => Write(json =>
    {
        foreach (string none in (ReadOnlySpan<string>)["truncation", "padding", "post_processor", "decoder"])
            json.WriteNull(none);
    }, Kept.Except(["post_processor", "decoder"]));

    internal static KdException Refuse(string where, string why, Exception? inner = null)
        => new("KD1207", $"not a tokenizer that can be used: {why}.", where, "docs/models.md says which tokenizers are read. Ours are used as they were written with the checkpoint.", inner);

    private Dictionary<string, bool> ReadBertFlags()
    {
        if (Typed("normalizer", "BertNormalizer") is not { } normalizer)
            return [];
        bool lower = Flag(normalizer, "lowercase") ?? true;
        return new() { ["do_lower_case"] = lower, ["strip_accents"] = Flag(normalizer, "strip_accents") ?? lower, ["tokenize_chinese_chars"] = Flag(normalizer, "handle_chinese_chars") ?? true };
    }

    private bool? ReadPrefixSpace() => Typed("pre_tokenizer", "ByteLevel") is { } bytes ? Flag(bytes, "add_prefix_space")
        : Typed("pre_tokenizer", "Metaspace") is not { } spaces ? null
        : TokenizerRules.Has(spaces, "prepend_scheme", out JsonElement scheme) ? scheme.GetString() != "never"
        : Flag(spaces, "add_prefix_space");

    private JsonElement? Typed(string section, string type) => TokenizerRules.Has(_json, section, out JsonElement found) && found.GetProperty("type").GetString() == type ? found : null;

    private static bool? Flag(JsonElement json, string name) => TokenizerRules.Has(json, name, out JsonElement found) ? found.GetBoolean() : null;

    private static string? Named(JsonElement json, string section, string name) => json.TryGetProperty(section, out JsonElement found) && found.ValueKind == JsonValueKind.Object ? found.GetProperty(name).GetString() : null;

    private static IEnumerable<string> Sections(JsonElement json) => json.EnumerateObject().Select(p => p.Name);

    private byte[] Write(Action<Utf8JsonWriter> head, IEnumerable<string> sections)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            head(json);
            foreach (string section in sections)
            {
                json.WritePropertyName(section);
                if (_json.TryGetProperty(section, out JsonElement found))
                    found.WriteTo(json);
                else if (section == "added_tokens")
                    json.WriteRawValue("[]");
                else
                    json.WriteNullValue();
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
