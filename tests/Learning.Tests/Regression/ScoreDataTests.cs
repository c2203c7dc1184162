using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Tasks.TextRegression;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.Tests.Data;
using Parquet;
using Parquet.Schema;

namespace KdCluster.Tests.Regression;

public sealed class ScoreDataTests
{
    private static readonly DataSpec Spec = new() { Train = "train.tsv", MaxBadRows = 1 };

    [Fact]
    public void Labels_are_taken_as_they_are_with_pairs_and_by_every_format()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\tsecond\na\t4.5\tb\nc\t-2\td\ne\t1e1\tf\ng\t+.25\th\r\n");
        folder.Write("train.csv", "text,label,second\na,4.5,b\nc,-2,d\ne,1e1,f\ng,\"+.25\",h\n");
        folder.Write("train.jsonl", "{\"text\":\"a\",\"label\":4.5,\"second\":\"b\"}\n{\"text\":\"c\",\"label\":-2,\"second\":\"d\"}\n{\"text\":\"e\",\"label\":1e1,\"second\":\"f\"}\n{\"text\":\"g\",\"label\":\"+.25\",\"second\":\"h\"}\n");
        foreach (string file in new[] { "train.tsv", "train.csv", "train.jsonl" })
        {
            TextData data = Load(folder, Spec with { Train = file, Validation = file, Columns = new ColumnSpec { Pair = "second" } });
            Assert.Equal([4.5f, -2, 10, 0.25f], data.Train.Rows.Select(r => r.Score));
            Assert.Equal(("c", "d", "-2"), data.Describe(DataSplit.Train, 1));
            Assert.Same(LabelSpace.Score, data.Labels);
            EncodedSplit encoded = data.Encode(DataSplit.Train, WordTokenizer.Build(data.Train.Rows, 100, 16));
            Assert.Equal([4.5f, -2, 10, 0.25f], encoded.Scores!);
        }
    }

    [Fact]
    public async Task Parquet_has_scores_of_any_type_of_number()
    {
        var schema = new ParquetSchema(new DataField<string>("text"), new DataField<double?>("label"), new DataField<float>("small"), new DataField<int>("whole"));
        using var stream = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using ParquetRowGroupWriter rows = writer.CreateRowGroup();
            await rows.WriteAsync(schema.DataFields[0], (string?[])["a", "b", "c", "d"]);
            await rows.WriteAsync<double>(schema.DataFields[1], new double?[] { 4.25, double.NaN, null, 1 }.AsMemory());
            await rows.WriteAsync<float>(schema.DataFields[2], new[] { 0.5f, 1, 2, 3 }.AsMemory());
            await rows.WriteAsync<int>(schema.DataFields[3], new[] { 3, 1, 2, 3 }.AsMemory());
        }

        using var folder = new TemporaryFolder();
        folder.Write("a.parquet", stream.ToArray());
        TextData data = Load(folder, Spec with { Train = "a.parquet", Validation = "a.parquet" });
        Assert.Equal([4.25f, 1], data.Train.Rows.Select(r => r.Score));
        Assert.Equal(["'label' is empty", "the score 'NaN' is not finite"], data.BadRows.Rows.Where((_, i) => i < 2).Select(r => r.Reason));
        Assert.Equal([0.5f, 1, 2, 3], Load(folder, Spec with { Train = "a.parquet", Validation = "a.parquet", Columns = new ColumnSpec { Label = "small" } }).Train.Rows.Select(r => r.Score));
        Assert.Equal([3f, 1, 2, 3], Load(folder, Spec with { Train = "a.parquet", Validation = "a.parquet", Columns = new ColumnSpec { Label = "whole" } }).Train.Rows.Select(r => r.Score));
    }

    [Theory]
    [InlineData("4,5", "'4,5' is no number: is the comma a decimal point?")]
    [InlineData("1,234,567", "'1,234,567' is no number")]
    [InlineData("high", "'high' is no number")]
    [InlineData("0x1F", "'0x1F' is no number")]
    [InlineData("NaN", "the score 'NaN' is not finite")]
    [InlineData("-inf", "the score '-inf' is not finite")]
    [InlineData("Infinity", "the score 'Infinity' is not finite")]
    [InlineData("1e999", "the score '1e999' is not finite")]
    [InlineData("1e39", "the score '1e39' is not finite in single precision")]
    [InlineData("5.1", "the score 5.1 is outside data.range, 1 to 5")]
    [InlineData("0.99", "the score 0.99 is outside data.range, 1 to 5")]
    [InlineData("\u0661", "'\u0661' is no number")]
    public void What_is_no_score_is_a_bad_row_with_its_reason(string label, string reason)
    {
        Assert.Equal(reason, ScoreLabel.Read(label, [1, 5], out _));
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", $"text\tlabel\na\t1\nb\t{label}\nc\t5\nd\t \n");
        TextData data = Load(folder, Spec with { Validation = "train.tsv", Range = [1, 5] });
        Assert.Equal([1f, 5], data.Train.Rows.Select(r => r.Score));
        // Reasons of the reader itself come first.
        Assert.Equal([(5, "empty label"), (3, reason)], data.BadRows.Rows.Take(2).Select(r => (r.Line, r.Reason)));
        KdException refused = Assert.Throws<KdException>(() => Load(folder, Spec with { Validation = "train.tsv", Range = [1, 5], MaxBadRows = 0.01 }));
        Assert.Equal(["KD1104", "KD1104"], refused.Errors.Select(e => e.Code));
        Assert.Contains(reason, refused.Errors[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_labels_that_are_no_numbers_are_bad_rows()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.jsonl", "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":true}\n{\"text\":\"c\",\"label\":null}\n{\"text\":\"d\",\"label\":[1]}\n{\"text\":\"e\",\"label\":2.5}\n");
        TextData data = Load(folder, Spec with { Train = "train.jsonl", Validation = "train.jsonl" });
        Assert.Equal([1f, 2.5f], data.Train.Rows.Select(r => r.Score));
        Assert.Equal([(2, "'true' is no number"), (3, "'label' is neither a string nor a number"), (4, "'label' is neither a string nor a number")], data.BadRows.Rows.Take(3).Select(r => (r.Line, r.Reason)).Order());
    }

    [Fact]
    public void All_that_is_wrong_with_the_files_is_told_at_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\na\tx\nb\ty\n");
        folder.Write("dev.tsv", "text\tlabel\na\tx\n");
        KdException refused = Assert.Throws<KdException>(() => Load(folder, Spec with { Validation = "dev.tsv", MaxBadRows = 0.5 }));
        Assert.Equal([("KD1104", "train.tsv"), ("KD1104", "dev.tsv")], refused.Errors.Select(e => (e.Code, e.Where!)));
        Assert.Equal("KD1101", Assert.Throws<KdException>(() => Load(folder, Spec with { Validation = "dev.tsv" })).Errors[0].Code);
        Assert.Equal("KD1100", Assert.Throws<KdException>(() => Load(folder, Spec with { Train = null })).Code);
        Assert.Equal("KD1108", Assert.Throws<KdException>(() => Load(folder, new DataSpec { BuiltIn = "dotnet-docs" })).Code);
    }

    [Fact]
    public void Constant_scores_are_refused_in_the_training_rows_and_told_of_others()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\na\t3\nb\t3.0\nc\t3\n");
        folder.Write("good.tsv", "text\tlabel\na\t3\nb\t4\nc\t5\nd\t1\n");
        KdError error = Assert.Single(Assert.Throws<KdException>(() => Load(folder, Spec with { Validation = "good.tsv" })).Errors);
        Assert.Equal(("KD1105", "all 3 training rows have the score 3: there is nothing to learn."), (error.Code, error.What));
        TextData data = Load(folder, Spec with { Train = "good.tsv", Validation = "train.tsv" });
        DataProfile profile = data.Profile(16);
        Assert.Contains("all rows of validation have the score 3: Pearson and Spearman are undefined on them.", profile.Warnings);
        Assert.Equal(new ScoreProfile(1, 3.25, 5, Math.Sqrt(8.75 / 3)), profile.Scores![0]);
        Assert.Equal(new ScoreProfile(3, 3, 3, 0), profile.Scores[1]);
        Assert.Empty(profile.Classes);
        string text = profile.ToString();
        Assert.StartsWith("score ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("class", text, StringComparison.Ordinal);
        Assert.Contains("deviation", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_held_out_limited_and_left_out_with_their_scores()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"row {i}\t{i}\n")));
        TextData data = Load(folder, Spec with { Limit = 50, Transform = [new TransformStep { Kind = "drop-rows", Share = 0.3 }] });
        Assert.Equal(50, data.Train.Count);
        Assert.InRange(data.Validation.Count, 5, 40);
        Assert.All(data.Train.Rows.Concat(data.Validation.Rows), r => Assert.Equal(r.Text, $"row {r.Score}"));
        Assert.InRange(data.Transforms[0].Selected, 30, 90);
    }

    [Fact]
    public void Other_scores_are_other_rows()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.tsv", "text\tlabel\na\t1\nb\t2\n");
        folder.Write("two.tsv", "text\tlabel\na\t1\nb\t2.5\n");
        Assert.NotEqual(Bytes("one.tsv"), Bytes("two.tsv"));
        Assert.Equal(Bytes("one.tsv"), Bytes("one.tsv"));

        byte[] Bytes(string file)
        {
            using var stream = new MemoryStream();
            using (var writer = new BinaryWriter(stream))
                Load(folder, Spec with { Train = file, Validation = "one.tsv" }).WriteRows(DataSplit.Train, writer);
            return stream.ToArray();
        }
    }

    private static TextData Load(TemporaryFolder folder, DataSpec spec) => (TextData)TaskRegistry.Find(TaskNames.TextRegression).Load(spec, folder.Path);
}
