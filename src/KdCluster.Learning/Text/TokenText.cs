using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KdCluster.Learning.Text;

/// <summary>The text of token ids: of byte-level BPE, and of pieces in which <c>▁</c> stands for a space and <c>&lt;0xNN&gt;</c> for a byte. What is no UTF-8 is U+FFFD.</summary>
internal sealed class TokenText
{
    private const char Space = '\u2581';

    private readonly Dictionary<int, byte[]> _bytes = [];
    private readonly bool _beginsWithSpace;

    private TokenText(IReadOnlyDictionary<string, int> pieces, IReadOnlyCollection<int> marks, bool byteLevel, bool beginsWithSpace)
    {
        _beginsWithSpace = beginsWithSpace;
        Dictionary<char, byte> signs = ByteTokenizer.Signs().Select((sign, b) => (sign, (byte)b)).ToDictionary();
        foreach ((string piece, int id) in pieces.Where(p => !marks.Contains(p.Value)))
        {
            _bytes[id] = byteLevel && piece.All(signs.ContainsKey) ? [.. piece.Select(c => signs[c])]
                : !byteLevel && piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte one) ? [one]
                : Encoding.UTF8.GetBytes(byteLevel ? piece : piece.Replace(Space, ' '));
        }
    }

    /// <summary>Of a tokenizer's file; null: its pieces do not say which text they stand for, as those of WordPiece do not.</summary>
    /// <param name="json">The whole file.</param>
    /// <param name="marks">Ids that stand for no text.</param>
    public static TokenText? Of(JsonElement json, IReadOnlyCollection<int> marks)
    {
        const string where = "the tokenizer";
        Dictionary<string, int> ids = TokenizerRules.Vocabulary(json.GetProperty("model"), where);
        foreach ((string token, int id) in TokenizerRules.Added(json, ids, where).Added)
            ids[token] = id;
        string splitter = json.TryGetProperty("pre_tokenizer", out JsonElement pre) ? pre.GetRawText() : "", normalizer = json.TryGetProperty("normalizer", out JsonElement norm) ? norm.GetRawText() : "";
        bool byteLevel = splitter.Contains("\"ByteLevel\"", StringComparison.Ordinal) || normalizer.Contains("\"ByteLevel\"", StringComparison.Ordinal);
        bool spaced = ids.Keys.Any(k => k.Contains(Space, StringComparison.Ordinal));
        // Such files write it as it is or as an escape.
        bool prepends = !byteLevel && (normalizer.Contains("\"Prepend\"", StringComparison.Ordinal) || (splitter.Contains("\"Metaspace\"", StringComparison.Ordinal) && !splitter.Contains("\"never\"", StringComparison.Ordinal)));
        return byteLevel || spaced ? new TokenText(ids, marks, byteLevel, prepends) : null;
    }

    /// <summary>The text; of ids that stand for none, nothing.</summary>
    /// <param name="ids">From the text's first token on, where its beginning is to lose the space that the tokenizer puts before a text.</param>
    /// <param name="first">Whether they begin a text.</param>
    public string Of(IEnumerable<int> ids, bool first)
    {
        string text = Encoding.UTF8.GetString([.. ids.SelectMany(id => _bytes.GetValueOrDefault(id) ?? [])]);
        return first && _beginsWithSpace && text.StartsWith(' ') ? text[1..] : text;
    }
}
