using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KdCluster.Tests.Text;

/// <summary>Small <c>tokenizer.json</c> files as other makes write them.</summary>
internal static class TokenizerFiles
{
    /// <summary>WordPiece as of BERT: a short vocabulary with the single letters a to z.</summary>
    public static JsonObject WordPiece(int? maxLength = 16)
    {
        string[] tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing", "##ed", "the", "film", ",", "!", .. "abcdefghijklmnopqrstuvwxyz".Select(c => $"{c}"), .. "abcdefghijklmnopqrstuvwxyz".Select(c => $"##{c}")];
        return File(
            new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = null, ["lowercase"] = true },
            new JsonObject { ["type"] = "BertPreTokenizer" },
            new JsonObject { ["type"] = "BertProcessing", ["sep"] = new JsonArray("[SEP]", 3), ["cls"] = new JsonArray("[CLS]", 2) },
            new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = Vocabulary(tokens) },
            tokens[..5], maxLength);
    }

    /// <summary>Byte-level BPE: the 256 bytes and a few merges; of RoBERTa with its special tokens, else of GPT-2, which has one.</summary>
    public static JsonObject ByteLevel(bool roberta, int? maxLength = 16)
    {
        string[] special = roberta ? ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] : ["<|endoftext|>"];
        string[] merges = ["t h", "th e", "Ġ the", "i n", "in g", "Ġ f", "Ġf i", "Ġfi l", "Ġfil m"];
        string[] tokens = [.. special, .. Bytes(), .. merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal))];
        return File(
            null,
            new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            roberta ? new JsonObject { ["type"] = "RobertaProcessing", ["sep"] = new JsonArray("</s>", 2), ["cls"] = new JsonArray("<s>", 0), ["trim_offsets"] = true, ["add_prefix_space"] = false }
                : new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = false, ["use_regex"] = true },
            new JsonObject { ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = "", ["end_of_word_suffix"] = "", ["fuse_unk"] = false, ["byte_fallback"] = false, ["vocab"] = Vocabulary(tokens), ["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)m)]) },
            special, maxLength);
    }

    /// <summary>Unigram over pieces with scores, the first of which are <c>&lt;unk&gt;</c>, <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>; a text ends with <c>&lt;/s&gt;</c>.</summary>
    public static JsonObject Unigram(IEnumerable<(string Piece, double Score)> pieces, int? maxLength = 16)
    {
        JsonObject File(JsonObject post) => TokenizerFiles.File(
            new JsonObject { ["type"] = "NFKC" },
            new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["prepend_scheme"] = "always", ["split"] = true },
            post,
            new JsonObject { ["type"] = "Unigram", ["unk_id"] = 0, ["vocab"] = new JsonArray([.. pieces.Select(p => (JsonNode)new JsonArray(p.Piece, p.Score))]), ["byte_fallback"] = false },
            [], maxLength);
        JsonObject Part(string kind, string id, int type) => new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = type } };
        return File(new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Part("Sequence", "A", 0), Part("SpecialToken", "</s>", 0)),
            ["pair"] = new JsonArray(Part("Sequence", "A", 0), Part("SpecialToken", "</s>", 0), Part("Sequence", "B", 0), Part("SpecialToken", "</s>", 0)),
            ["special_tokens"] = new JsonObject { ["</s>"] = new JsonObject { ["id"] = "</s>", ["ids"] = new JsonArray(2), ["tokens"] = new JsonArray("</s>") } },
        });
    }

    public static byte[] Utf8(JsonObject file) => Encoding.UTF8.GetBytes(file.ToJsonString());

    /// <summary>2,000 texts of what is odd, the same each time: emoji, combining marks, control characters, special tokens as text, half surrogates, letters with odd cases, ideographs, very long words.</summary>
    public static IReadOnlyList<string> OddTexts()
    {
        var random = new Random(7);
        string[] atoms =
        [
            "hello", "World", "na\u00efve", "Caf\u00e9", "\u0130stanbul", "ISTANBUL", "\u0131ss\u0131z", "stra\u00dfe", "\u1e9e", "\ufb01", "\u2167", "\u00bd", "e\u0301", "A\u030a", "\u0301", "\u0e33", "\u1e9b\u0323", "\ud83d\ude00",
            "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67", "\ud83c\uddf9\ud83c\uddf7", "\ud83d\udc4d\ud83c\udffd", "\u200b", "\u200d", "\u00ad", "\ufeff", "\0", "\u0001", "\u001b", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2028", "\u0085", "\ufffd", "\u2581",
            "[SEP]", "[CLS]", "[PAD]", "[UNK]", "[MASK]", "[sep]", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "<|endoftext|>", "##ing", "\u6771\u4eac", "\u5317\u4eac\u5e02", "\u3053\u3093\u306b\u3061\u306f", "\uff76\uff9e", "\ud55c\uad6d\uc5b4", "\uac00\u11a8",
            "\ud840\udc00", "\ufa11", "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0419", "\u0451", "\u03a3\u0391\u03a3", "don't", "DON'T", "it's", "we'll", "...", "--", "\u2014", "\u201cx\u201d", "$5", "^", "`", "~", "|", "<", "=", "+", "\u20ac",
            "3.14", "1,000", "x\u00b2", "\u0663", "http://a.b/c?d=e&f", "C#", "foo_bar", "\\n", "  ", "   ", "\ud800", "\udc00", "\u0378", "\ue000", "\u0600", new string('a', 101), "\u24d0", "\u337f", "\ufdfa", "\u01c5", "\u0149", "\u0344", "\u0f73", "\u1ea0\u0308",
        ];
        List<string> texts = ["", " ", "\0", "[SEP]"];
        while (texts.Count < 2000)
        {
            var text = new StringBuilder();
            for (int parts = random.Next(1, 9); parts > 0; parts--)
            {
                int kind = random.Next(12);
                if (kind < 8)
                    text.Append(atoms[random.Next(atoms.Length)]);
                else if (kind == 8)
                    text.Append(Rune.IsValid(random.Next(0x110000)) ? new Rune(random.Next(0xd800)).ToString() : "?");
                else if (kind == 9)
                    text.Append([.. Enumerable.Range(0, random.Next(1, random.Next(4) == 0 ? 300 : 12)).Select(_ => (char)('a' + random.Next(26)))]);
                else
                    text.Append(kind == 10 ? (char)random.Next(0x20, 0x250) : (char)random.Next(0x300, 0x3000));
                if (random.Next(2) == 0)
                    text.Append(' ');
            }

            texts.Add(text.ToString());
        }

        return texts;
    }

    /// <summary>The pieces of the small language model among the data sets.</summary>
    public static IReadOnlyList<(string Piece, double Score)> StoryPieces(string path)
    {
        using var pieces = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        return [.. pieces.RootElement.EnumerateArray().Select(p => (p.GetProperty("piece").GetString()!.Trim('\n').Replace(' ', '\u2581'), p.GetProperty("score").GetDouble()))];
    }

    /// <summary>BPE of pieces with bytes for what they lack, as transformers makes it of Llama's: a piece is merged of every two that make it, those of the highest score first.</summary>
    public static JsonObject Llama(string path, int? maxLength)
    {
        IReadOnlyList<(string Piece, double Score)> pieces = StoryPieces(path);
        Dictionary<string, int> ids = pieces.Select((p, id) => (p.Piece, id)).ToDictionary();
        IEnumerable<string> merges = pieces.Index().Where(p => p.Index >= 259).OrderByDescending(p => p.Item.Score)
            .SelectMany(p => Enumerable.Range(1, p.Item.Piece.Length - 1).Select(at => (Left: p.Item.Piece[..at], Right: p.Item.Piece[at..])).Where(m => ids.ContainsKey(m.Left) && ids.ContainsKey(m.Right)).OrderBy(m => ids[m.Left]).ThenBy(m => ids[m.Right]).Select(m => $"{m.Left} {m.Right}"));
        JsonObject Part(string kind, string id) => new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };
        return File(
            new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "Prepend", ["prepend"] = "\u2581" }, new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = "\u2581" }),
            },
            null,
            new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(Part("SpecialToken", "<s>"), Part("Sequence", "A")),
                ["pair"] = new JsonArray(Part("SpecialToken", "<s>"), Part("Sequence", "A"), Part("SpecialToken", "<s>"), Part("Sequence", "B")),
                ["special_tokens"] = new JsonObject { ["<s>"] = new JsonObject { ["id"] = "<s>", ["ids"] = new JsonArray(1), ["tokens"] = new JsonArray("<s>") } },
            },
            new JsonObject { ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = "<unk>", ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = null, ["fuse_unk"] = true, ["byte_fallback"] = true, ["vocab"] = Vocabulary(pieces.Select(p => p.Piece)), ["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)m)]) },
            ["<unk>", "<s>", "</s>"], maxLength);
    }

    private static JsonObject File(JsonObject? normalizer, JsonObject? splitter, JsonObject post, JsonObject model, string[] special, int? maxLength) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = maxLength is null ? null : new JsonObject { ["direction"] = "Right", ["max_length"] = maxLength, ["strategy"] = "LongestFirst", ["stride"] = 0 },
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. special.Select((token, id) => (JsonNode)new JsonObject { ["id"] = id, ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true })]),
        ["normalizer"] = normalizer,
        ["pre_tokenizer"] = splitter,
        ["post_processor"] = post,
        ["decoder"] = null,
        ["model"] = model,
    };

    private static JsonObject Vocabulary(IEnumerable<string> tokens)
    {
        JsonObject vocabulary = [];
        foreach (string token in tokens)
            vocabulary[token] = vocabulary.Count;
        return vocabulary;
    }

    // Each byte as the letter that byte-level BPE writes it as: itself where it can be seen, else one after U+0100.
    private static IEnumerable<string> Bytes()
    {
        int next = 256;
        return [.. Enumerable.Range(0, 256).Select(b => $"{(char)(b is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or >= 0xae ? b : next++)}")];
    }
}
