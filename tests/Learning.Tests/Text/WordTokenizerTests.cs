using System.Text;
using System.Text.RegularExpressions;
using KdCluster.Learning.Data;
using KdCluster.Learning.Text;

namespace KdCluster.Tests.Text;

public sealed class WordTokenizerTests
{
    [Theory]
    [InlineData("Hello, World!", "hello|,|world|!")]
    [InlineData("don't o'Neil 'quoted' n't", "don't|o'neil|'|quoted|'|n't")]
    [InlineData("ReadOnlySpan XMLReader IEnumerable aB", "read|only|span|xml|reader|i|enumerable|a|b")]
    [InlineData("int32 3.14 v2", "int|32|3|.|14|v|2")]
    [InlineData("caf\u00c9 na\u00efve \u00c5NGSTR\u00d6M", "caf|\u00e9|na\u00efve|\u00e5ngstr\u00f6m")]
    [InlineData("\u6771\u4eac a\u6771", "\u6771|\u4eac|a|\u6771")]
    [InlineData("\ud83d\ude00x\ud83d\ude00", "\ud83d\ude00|x|\ud83d\ude00")]
    [InlineData(" \t\r\n\u00a0\u200b", "")]
    public void Text_is_cut_into_words(string text, string words) => Assert.Equal(words.Length == 0 ? [] : words.Split('|'), Words(text));

    [Fact]
    public void Half_a_surrogate_pair_is_a_symbol_that_can_be_written()
    {
        string text = new(['a', '\ud800', 'b', '\udc00']);
        Assert.Equal(["a", "\ufffd", "b", "\ufffd"], Words(text));
    }

    [Fact]
    public void The_scanner_follows_the_expressions_that_its_file_states()
    {
        // The file's patterns, with .NET's way to take one set out of another.
        const string ideographs = @"\u3040-\u30FF\u3400-\u9FFF\uF900-\uFAFF";
        const string letter = @"[\p{L}\p{M}-[" + ideographs + "]]";
        var boundary = new Regex(@"(?<=[\p{L}\p{M}-[\p{Lu}\p{Lt}" + ideographs + @"]])(?=[\p{Lu}\p{Lt}])|(?<=[\p{Lu}\p{Lt}])(?=[\p{Lu}\p{Lt}][\p{Ll}\p{Lm}-[" + ideographs + "]])");
        var word = new Regex(letter + "+(?:'" + letter + @"+)*|\p{Nd}+|[^\p{Z}\p{Cc}\p{Cf}]");
        const string alphabet = "abcABC''  12.,_\u00c9\u00e9\u0301\u01c5\u02b0\u3042\u30fc\u3099\u4e00\u0661\u2167\u00bd\u200b\t\u05d0\u20ac";
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(20)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Assert.Equal(word.Matches(boundary.Replace(text, " ").ToLowerInvariant()).Select(m => m.Value), Words(text));
        }
    }

    [Fact]
    public void The_vocabulary_holds_the_most_frequent_words_that_occur_twice()
    {
        WordTokenizer tokenizer = WordTokenizer.Build(Rows("b a a c", "b a once d", "c d"), vocabulary: 7, maxLength: 16);
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c"], tokenizer.Words);
        Assert.Equal([2, 4, 5, 1, 1], tokenizer.Encode("a b once d").Ids);
    }

    [Fact]
    public void Inputs_are_cut_to_length_and_pairs_share_it()
    {
        WordTokenizer tokenizer = WordTokenizer.Build(Rows("a b c d e f a b c d e f"), vocabulary: 100, maxLength: 6);
        int[] id = [.. "abcdef".Select(c => tokenizer.Encode($"{c}").Ids[1])];
        Assert.Equal([2, id[0], id[1], id[2], id[3], id[4]], tokenizer.Encode("a b c d e f").Ids);
        Assert.Equal([2, id[0], 3, id[1]], tokenizer.Encode("a", "b").Ids);
        Assert.Equal([2, id[0], id[1], 3, id[2], id[3]], tokenizer.Encode("a b a b", "c d c d").Ids);
        Assert.Equal([2, id[0], 3, id[1], id[2], id[3]], tokenizer.Encode("a", "b c d e f").Ids);
        Assert.Equal([2, id[0], id[1], id[2], 3, id[3]], tokenizer.Encode("a b c d", "d").Ids);
        WordTokenizer odd = new(tokenizer.Words, 7);
        Assert.Equal([2, id[0], id[1], id[2], 3, id[3], id[4]], odd.Encode("a b c d", "d e f").Ids);
        Assert.Equal([2, id[0], id[1], 3, id[3], id[4], id[5]], odd.Encode("a b c", "d e f").Ids);
    }

    [Fact]
    public void Bytes_round_trip_and_hashes_hold_still()
    {
        WordTokenizer tokenizer = WordTokenizer.Build(Rows("a <b> \"c\" \u00e9 \ud83d\ude00 a <b> \"c\" \u00e9 \ud83d\ude00"), vocabulary: 100, maxLength: 32);
        WordTokenizer read = WordTokenizer.FromBytes(tokenizer.ToBytes());
        Assert.Equal(tokenizer.Words, read.Words);
        Assert.Equal(tokenizer.Hash, read.Hash);
        Assert.Equal(tokenizer.ToBytes(), read.ToBytes());
        // Kept soft targets hang on this number: if it changes, every store is cold.
        Assert.Equal("25ffd3d11dd760b8747728a593b7f173076e3c07d69f8d7e5a3af1adbfff87f2", WordTokenizer.Build(Rows("b a", "a b"), 100, 64).Hash);
        Assert.NotEqual(tokenizer.Hash, WordTokenizer.Build(Rows("a a"), 100, 32).Hash);
        Assert.NotEqual(new WordTokenizer(tokenizer.Words, 31).Hash, tokenizer.Hash);
    }

    [Fact]
    public void Another_tokenizer_is_refused()
    {
        byte[] sound = WordTokenizer.Build(Rows("a b a b"), 100, 32).ToBytes();
        string text = Encoding.UTF8.GetString(sound);
        string[] others = ["", "{}", "[]", text.Replace("WordLevel", "BPE", StringComparison.Ordinal), text.Replace("\"a\": 4", "\"a\": 5", StringComparison.Ordinal),
            text.Replace("Lowercase", "NFC", StringComparison.Ordinal), text.Replace("[CLS]", "[START]", StringComparison.Ordinal), text.Replace("\"max_length\": 32", "\"max_length\": 2", StringComparison.Ordinal)];
        foreach (string other in others)
            Assert.Equal("KD1207", Assert.Throws<KdException>(() => WordTokenizer.FromBytes(Encoding.UTF8.GetBytes(other))).Code);
        var random = new Random(3);
        for (int i = 0; i < 1000; i++)
        {
            byte[] bytes = [.. sound];
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                _ = WordTokenizer.FromBytes(bytes);
            }
            catch (KdException e)
            {
                Assert.Equal("KD1207", e.Code);
            }
        }
    }

    [Fact]
    public void Splits_are_encoded_row_by_row_and_buckets_depend_on_length_alone()
    {
        TextRow[] rows = [.. Enumerable.Range(0, 500).Select(i => new TextRow(string.Join(' ', Enumerable.Repeat("word", (i % 40) + 1)), i % 3 == 0 ? "other word" : null, i % 5))];
        WordTokenizer tokenizer = WordTokenizer.Build(rows, 100, 24);
        EncodedSplit split = EncodedSplit.Encode(new TextSplit(rows), tokenizer);
        Assert.Equal(rows.Select(r => r.Label), split.Labels);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(tokenizer.Encode(rows[i].Text, rows[i].Pair).Ids, split.Views[i].Ids);
            int bucket = LengthBuckets.Of(split.Views[i].Length, 24);
            Assert.InRange(split.Views[i].Length, 1, bucket);
            Assert.Contains(bucket, LengthBuckets.All(24));
        }
        Assert.Equal([8, 16, 24, 32, 48, 50], LengthBuckets.All(50));
        Assert.Equal([8, 8, 16, 48, 50], ((int[])[0, 8, 9, 48, 49]).Select(n => LengthBuckets.Of(n, 50)));
        Assert.Equal(5000, LengthBuckets.Of(4999, 5000));
    }

    private static List<string> Words(string text)
    {
        var found = new List<string>();
        var scanner = new WordScanner(text);
        while (scanner.Next())
            found.Add(scanner.Word.ToString());
        return found;
    }

    private static TextRow[] Rows(params string[] texts) => [.. texts.Select(t => new TextRow(t, null, 0))];
}
