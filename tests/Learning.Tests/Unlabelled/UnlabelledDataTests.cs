using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.Tests.Data;
using Parquet;
using Parquet.Schema;

namespace KdCluster.Tests.Unlabelled;

public sealed class UnlabelledDataTests
{
    private const string Labelled = "text\tlabel\tsecond\na b a\tx\tb\nb c b\ty\td\na c a\tx\tf\nc b c\ty\th\n";
    private static readonly DataSpec Spec = new() { Train = "train.tsv", Validation = "train.tsv", Columns = new ColumnSpec { Pair = "second" }, MaxBadRows = 1 };

    [Fact]
    public async Task Every_format_is_read_with_and_without_a_label_column()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Labelled);
        folder.Write("a.tsv", "second\ttext\nq\tone\nr\ttwo\n");
        folder.Write("b.tsv", "label\tsecond\ttext\n\tq\tone\nanything\tr\ttwo\n");
        folder.Write("a.csv", "second,text\nq,one\nr,\"two\"\n");
        folder.Write("a.jsonl", "{\"text\":\"one\",\"second\":\"q\"}\n{\"text\":\"two\",\"second\":\"r\",\"label\":[1]}\n");
        folder.Write("a.parquet", await ParquetAsync());
        foreach (string file in new[] { "a.tsv", "b.tsv", "a.csv", "a.jsonl", "a.parquet" })
        {
            // One format holds for all files unless the endings tell.
            TextData data = Load(folder, Spec with { Unlabelled = file });
            Assert.Equal([("one", "q"), ("two", "r")], data.Unlabelled!.Rows.Select(r => (r.Text, r.Pair!)));
            Assert.Equal(2, data.Count(DataSplit.Unlabelled));
            Assert.Equal(("two", "r", ""), data.Describe(DataSplit.Unlabelled, 1));
            Assert.Empty(data.BadRows.Rows);
        }
    }

    [Fact]
    public void The_transfer_set_is_the_training_rows_and_then_those_without_labels()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Labelled);
        folder.Write("more.tsv", "text\tsecond\nc c\tb\nb\td\na a a\tf\n");
        TextData without = Load(folder, Spec), with = Load(folder, Spec with { Unlabelled = "more.tsv" });
        Tokenizer tokenizer = WordTokenizer.Build(with.Train.Rows, 100, 16);
        Assert.Equal(WordTokenizer.Build(without.Train.Rows, 100, 16).Hash, tokenizer.Hash);
        EncodedSplit transfer = with.EncodeTransfer(tokenizer), train = with.Encode(DataSplit.Train, tokenizer);
        Assert.Equal([0, 1, 0, 1, EncodedSplit.NoLabel, EncodedSplit.NoLabel, EncodedSplit.NoLabel], transfer.Labels);
        Assert.Equal(4, transfer.LabelledCount);
        Assert.Equal(train.Views.Select(v => v.Ids), transfer.Views.Take(4).Select(v => v.Ids));
        Assert.Equal(tokenizer.Encode("a a a", "f").Ids, transfer.Views[6].Ids);
        Assert.Equal(train.Labels, transfer.Labelled.Labels);
        Assert.Equal(train.Views.Select(v => v.Ids), transfer.Labelled.Views.Select(v => v.Ids));
        Assert.Equal(4, train.LabelledCount);
        Assert.Same(train, train.Labelled);
        Assert.Equal([2, 2], with.TrainRowsOfClasses());
        Assert.Equal(("a a a", "f", ""), with.DescribeTransfer(6));
        Assert.Equal(with.Describe(DataSplit.Train, 3), with.DescribeTransfer(3));
        Assert.Equal(transfer.Labels, without.EncodeTransfer(tokenizer).Then(with.Encode(DataSplit.Unlabelled, tokenizer)).Labels);
    }

    [Fact]
    public void Rows_of_a_regression_without_a_score_have_none()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\na b\t1\nb c\t2.5\n");
        folder.Write("more.tsv", "text\nc c\n");
        TextData data = (TextData)TaskRegistry.Find(TaskNames.TextRegression).Load(new DataSpec { Train = "train.tsv", Validation = "train.tsv", Unlabelled = "more.tsv" }, folder.Path);
        EncodedSplit transfer = data.EncodeTransfer(WordTokenizer.Build(data.Train.Rows, 100, 16));
        Assert.Equal([1, 2.5f, float.NaN], transfer.Scores!);
        Assert.Equal(2, transfer.LabelledCount);
        Assert.Equal([1, 2.5f], transfer.Labelled.Scores!);
        Assert.Equal(["train", "validation", "unlabelled"], data.Profile(16).Splits.Select(s => s.Name));
        Assert.Contains("unlabelled", data.Profile(16).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_profile_counts_them_and_says_which_are_among_the_held_out_ones()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Labelled);
        folder.Write("test.tsv", "text\tlabel\tsecond\nnew\tx\tb\n");
        folder.Write("more.tsv", "text\tsecond\nnew\tb\nb c b\td\nother\tz\n\tz\nshort\n");
        TextData data = Load(folder, Spec with { Validation = null, Test = "test.tsv", Unlabelled = "more.tsv", Limit = 3 });
        SplitProfile unlabelled = data.Profile(16).Splits[^1];
        Assert.Equal(("unlabelled", 3, 2), (unlabelled.Name, unlabelled.Rows, unlabelled.BadRows));
        Assert.True(unlabelled.Overlap is 1 or 2, "the row of the test file, and that of the training file where it was held out");
        Assert.All(data.Profile(16).Classes, c => Assert.Equal(0, c.Rows[^1]));
        Assert.Contains(data.Profile(16).Warnings, w => w.Contains("of unlabelled", StringComparison.Ordinal));
        Assert.Equal(3, data.Unlabelled!.Count);
    }

    [Fact]
    public void All_that_is_wrong_with_the_file_is_said_with_what_is_wrong_with_the_others()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Labelled);
        folder.Write("bad.tsv", "text\tsecond\n\tz\n\tq\n");
        folder.Write("none.tsv", "text\nz\n");
        Assert.Equal("KD1101", Assert.Throws<KdException>(() => Load(folder, Spec with { Unlabelled = "bad.tsv" })).Code);
        Assert.Equal("KD1104", Assert.Throws<KdException>(() => Load(folder, Spec with { Unlabelled = "bad.tsv", MaxBadRows = 0.1 })).Code);
        KdException refused = Assert.Throws<KdException>(() => Load(folder, Spec with { Test = "missing.tsv", Unlabelled = "none.tsv" }));
        Assert.Equal(["KD1100", "KD1103"], refused.Errors.Select(e => e.Code));
        Assert.Contains("'second'", refused.Errors[1].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_sets_of_rows_give_different_bytes()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Labelled);
        folder.Write("one.tsv", "text\tsecond\nc c\tb\n");
        folder.Write("two.tsv", "text\tsecond\nc c\td\n");
        Assert.NotEqual(Bytes("one.tsv"), Bytes("two.tsv"));

        byte[] Bytes(string file)
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            Load(folder, Spec with { Unlabelled = file }).WriteRows(DataSplit.Unlabelled, writer);
            writer.Flush();
            return stream.ToArray();
        }
    }

    private static TextData Load(TemporaryFolder folder, DataSpec spec) => TextDataLoader.Load(spec, folder.Path);

    private static async Task<byte[]> ParquetAsync()
    {
        var schema = new ParquetSchema(new DataField<string>("text"), new DataField<string>("second"));
        using var stream = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using ParquetRowGroupWriter rows = writer.CreateRowGroup();
            await rows.WriteAsync(schema.DataFields[0], (string?[])["one", "two"]);
            await rows.WriteAsync(schema.DataFields[1], (string?[])["q", "r"]);
        }

        return stream.ToArray();
    }
}
