using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.Tests.Data;

namespace KdCluster.Tests.Language;

public sealed class LanguageDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);

    [Fact]
    public void Every_token_but_the_first_is_said_once_and_no_instance_is_too_long()
    {
        string text = string.Join("\n", Enumerable.Range(0, 40).Select(i => $"line {i}: Zoë \u4e2d\U0001f600"));
        File.WriteAllText(At("train.txt"), text);
        File.WriteAllText(At("validation.txt"), "ab");
        TaskData data = Load(new DataSpec { Train = "train.txt", Validation = "validation.txt", MaxLength = 16 });
        var encoder = (Tokenizer)data.StudentEncoder(new DataSpec { MaxLength = 16 }, []);
        EncodedSplit train = data.Encode(DataSplit.Train, encoder);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Assert.Equal(256, encoder.Vocabulary);
        Assert.Equal(bytes.Select(b => (int)b), train.Views.SelectMany((v, i) => v.Ids.Skip(i == 0 ? 0 : 1)));
        Assert.All(train.Views.Zip(train.Views.Skip(1)), pair => Assert.Equal(pair.First.Ids[^1], pair.Second.Ids[0]));
        Assert.All(train.Views.SkipLast(1), v => Assert.Equal(16, v.Length));
        Assert.Equal([(int)'a', 'b'], Assert.Single(data.Encode(DataSplit.Validation, encoder).Views).Ids);
    }

    [Fact]
    public void A_text_alone_has_its_last_tenth_held_out_at_a_lines_end()
    {
        string text = string.Concat(Enumerable.Range(100, 200).Select(i => $"line {i}\n"));
        File.WriteAllText(At("t.txt"), text);
        TaskData data = Load(new DataSpec { Train = "t.txt" });
        string learned = data.Describe(DataSplit.Train, 0).Text, heldOut = data.Describe(DataSplit.Validation, 0).Text;
        Assert.Equal(text, learned + heldOut);
        Assert.EndsWith("\n", learned, StringComparison.Ordinal);
        Assert.InRange(heldOut.Length, text.Length / 10, (text.Length / 10) + 10);
    }

    [Theory]
    [InlineData(5, 49_994)]
    [InlineData(30_000, 70_000)]
    [InlineData(150_000, 60_000)]
    public void A_text_of_few_long_lines_has_no_more_than_its_last_fifth_held_out(int first, int second)
    {
        File.WriteAllText(At("t.txt"), $"{new string('a', first)}\n{new string('b', second)}");
        TaskData data = Load(new DataSpec { Train = "t.txt" });
        int heldOut = data.Describe(DataSplit.Validation, 0).Text.Length;
        Assert.InRange(heldOut, (first + second) / 10, (first + second) / 5);
    }

    [Fact]
    public void A_long_text_is_divided_into_documents_at_lines_and_nothing_is_lost()
    {
        string text = string.Concat(Enumerable.Repeat("0123456789abcdef\n", 150_000));
        File.WriteAllText(At("t.txt"), text);
        TaskData data = Load(new DataSpec { Train = "t.txt", Validation = "t.txt" });
        string[] documents = [.. Enumerable.Range(0, data.Count(DataSplit.Train)).Select(i => data.Describe(DataSplit.Train, i).Text)];
        Assert.Equal(3, documents.Length);
        Assert.Equal(text, string.Concat(documents));
        Assert.All(documents, d => Assert.EndsWith("\n", d, StringComparison.Ordinal));
        Assert.All(documents, d => Assert.InRange(d.Length, 1, 1_000_000));
    }

    [Fact]
    public void Rows_are_documents_without_labels_and_a_limit_keeps_instances()
    {
        File.WriteAllLines(At("t.jsonl"), Enumerable.Range(0, 40).Select(i => $$"""{"text": "document number {{i}} has a few bytes"}"""));
        TaskData data = Load(new DataSpec { Train = "t.jsonl", MaxLength = 8, Limit = 10 });
        InputEncoder encoder = data.StudentEncoder(new DataSpec { MaxLength = 8 }, []);
        Assert.Equal(40, data.Count(DataSplit.Train) + data.Count(DataSplit.Validation));
        Assert.Equal(10, data.Encode(DataSplit.Train, encoder).Count);
        Assert.True(data.Encode(DataSplit.Validation, encoder).Count > data.Count(DataSplit.Validation));
    }

    [Theory]
    [InlineData("missing.txt", "KD1100")]
    [InlineData("empty.txt", "KD1101")]
    [InlineData("latin.txt", "KD1102")]
    [InlineData("short.txt", "KD1101")]
    public void What_cannot_be_read_is_told(string file, string code)
    {
        File.WriteAllText(At("empty.txt"), " \n");
        File.WriteAllText(At("short.txt"), "a");
        File.WriteAllBytes(At("latin.txt"), [(byte)'a', 0xe9, (byte)'b']);
        Assert.Equal(code, Assert.Throws<KdException>(() => Load(new DataSpec { Train = file })).Code);
    }

    [Fact]
    public void A_document_of_one_token_makes_no_instance_and_a_tokenizer_of_words_is_refused()
    {
        File.WriteAllText(At("one.txt"), "a");
        TaskData data = Load(new DataSpec { Train = "one.txt", Validation = "one.txt" });
        Assert.Equal("KD1101", Assert.Throws<KdException>(() => data.Encode(DataSplit.Train, data.StudentEncoder(new DataSpec(), []))).Code);
        Assert.NotNull(data.Misfit(WordTokenizer.Build([new TextRow("a b", null, 0)], 8, 8)));
        Assert.Equal("KD1304", Assert.Throws<KdException>(() => data.StudentEncoder(new DataSpec(), [ByteTokenizer.Of(8), ByteTokenizer.Of(9)])).Code);
    }

    private TaskData Load(DataSpec spec) => TaskRegistry.Find(TaskNames.LanguageModelling).Load(spec, _folder.Path);
}
