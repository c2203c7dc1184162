using System.Text.Json;
using KdCluster.Instances;
using KdCluster.Learning.Data;

namespace KdCluster.Learning.Text;

/// <summary>A word-level vocabulary: text in, token ids out.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed class WordTokenizer : Tokenizer
{
    /// <summary>Id of padding.</summary>
    public const int Pad = 0;

    /// <summary>Id of a word that is not in the vocabulary.</summary>
    public const int Unknown = 1;

    /// <summary>Id that begins every input.</summary>
    public const int Start = 2;

    /// <summary>Id between the texts of a pair.</summary>
    public const int Separator = 3;

    // A word met once teaches nothing; left out, it trains the unknown word's embedding.
    private const int FewestOccurrences = 2;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    internal WordTokenizer(IReadOnlyList<string> words, int maxLength)
    {
        Words = words;
        MaxLength = maxLength;
        _ids = new Dictionary<string, int>(words.Count, StringComparer.Ordinal);
        for (int i = 0; i < words.Count; i++)
            _ids.Add(words[i], i);
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        Hash = ComputeHash(words, maxLength);
    }

    /// <inheritdoc/>
    public override int Vocabulary => Words.Count;

    /// <inheritdoc/>
    public override int Padding => Pad;

    /// <inheritdoc/>
    public override int? Hidden => Unknown;

    /// <inheritdoc/>
    public override int MaxLength { get; }

    /// <summary>SHA-256 over the scanner's rules, the maximum length and the words in order: 64 hexadecimal digits.</summary>
    public override string Hash { get; }

    /// <summary>The words in id order.</summary>
    internal IReadOnlyList<string> Words { get; }

    internal static IReadOnlyList<string> SpecialTokens { get; } = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

    /// <summary>Makes the vocabulary of the most frequent words that occur at least twice; ties go by ordinal order.</summary>
    /// <param name="rows">Training rows: no other split may shape the vocabulary.</param>
    /// <param name="vocabulary">Most tokens, special ones included; at least 5.</param>
    /// <param name="maxLength">Longest output in tokens; at least 4.</param>
    public static WordTokenizer Build(IEnumerable<TextRow> rows, int vocabulary, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(vocabulary, SpecialTokens.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 4);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (TextRow row in rows)
        {
            Count(row.Text, lookup);
            if (row.Pair is not null)
                Count(row.Pair, lookup);
        }
        var kept = counts.Where(c => c.Value >= FewestOccurrences).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Take(vocabulary - SpecialTokens.Count).Select(c => c.Key);
        return new WordTokenizer([.. SpecialTokens, .. kept], maxLength);
    }

    /// <summary>Whether a file says that it is of a word-level tokenizer.</summary>
    internal static bool IsOne(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.GetProperty("model").GetProperty("type").GetString() == "WordLevel";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads a <c>tokenizer.json</c> that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="KdException"><c>KD1207</c>: it is something else.</exception>
    public static new WordTokenizer FromBytes(byte[] bytes, string where = "tokenizer.json") => WordTokenizerJson.Read(bytes, where);

    /// <summary>The tokenizer as a Hugging Face <c>tokenizer.json</c>; the same tokenizer gives the same bytes.</summary>
    public override byte[] ToBytes() => WordTokenizerJson.Write(Words, MaxLength);

    /// <inheritdoc/>
    /// <returns>Start, words; for a pair then separator, words. At most <see cref="MaxLength"/> ids; of a pair the longer text is cut first.</returns>
    public override InstanceView Encode(string text, string? pair = null) => new(Ids(text, pair));

    /// <inheritdoc/>
    public override bool IsCut(string text, string? pair = null) => IsCut(text, pair, MaxLength);

    /// <inheritdoc/>
    public override bool IsWord(int id) => id == Unknown || id >= SpecialTokens.Count;

    private int[] Ids(string text, string? pair)
    {
        ArgumentNullException.ThrowIfNull(text);
        var first = new List<int>();
        Scan(text, MaxLength, first);
        if (pair is null)
            return [Start, .. first.Take(MaxLength - 1)];
        var second = new List<int>();
        Scan(pair, MaxLength, second);
        int room = MaxLength - 2;
        int half = room / 2;
        int firstLength = second.Count <= half ? Math.Min(first.Count, room - second.Count)
            : first.Count <= half ? first.Count
            : first.Count > second.Count ? room - half
            : half;
        int secondLength = Math.Min(second.Count, room - firstLength);
        return [Start, .. first.Take(firstLength), Separator, .. second.Take(secondLength)];
    }

    /// <summary>Whether a tokenizer of this kind leaves out words of a text or a pair, whatever its vocabulary.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">Second text; null for a single one.</param>
    /// <param name="maxLength">Its <see cref="MaxLength"/>.</param>
    public static bool IsCut(string text, string? pair, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        int room = pair is null ? maxLength - 1 : maxLength - 2;
        // No word is shorter than a character.
        return text.Length + (pair?.Length ?? 0) > room && CountWords(text, room + 1) + (pair is null ? 0 : CountWords(pair, room + 1)) > room;
    }

    private static int CountWords(string text, int most)
    {
        var scanner = new WordScanner(text);
        int words = 0;
        while (words < most && scanner.Next())
            words++;
        return words;
    }

    private void Scan(string text, int most, List<int> ids)
    {
        var scanner = new WordScanner(text);
        while (ids.Count < most && scanner.Next())
            ids.Add(_lookup.TryGetValue(scanner.Word, out int id) ? id : Unknown);
    }

    private static void Count(string text, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> counts)
    {
        var scanner = new WordScanner(text);
        while (scanner.Next())
        {
            counts.TryGetValue(scanner.Word, out int count);
            counts[scanner.Word] = count + 1;
        }
    }

    private static string ComputeHash(IReadOnlyList<string> words, int maxLength)
    {
        using ContentHash hash = new();
        hash.Add("kdcluster-words-1"u8);
        hash.Add(maxLength);
        hash.Add(words);
        return hash.End();
    }
}
