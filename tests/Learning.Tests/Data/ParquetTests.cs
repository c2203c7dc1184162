using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;
using KdCluster.Recipes;
using Parquet;
using Parquet.Schema;

namespace KdCluster.Tests.Data;

public sealed class ParquetTests
{
    private static readonly string?[] Texts = ["one", "two", null, "", "fünf"], Pairs = ["a", null, "c", "d", "e"];
    private static readonly long?[] Longs = [1, 0, 1, 1, null];

    [Fact]
    public async Task Rows_of_all_groups_are_read_and_empty_values_are_bad_rows_by_number()
    {
        LabelledFile file = Read(await WriteAsync(), new ColumnSpec { Text = "sentence", Label = "label" });
        Assert.Equal([("one", "1", 1), ("two", "0", 2), ("one", "1", 6), ("two", "0", 7)], file.Rows.Select(r => (r.Text, r.Label, r.Line)));
        Assert.Equal([(3, "'sentence' is empty"), (4, "empty text"), (5, "'label' is empty"), (8, "'sentence' is empty"), (9, "empty text"), (10, "'label' is empty")], file.Bad.Select(b => (b.Line, b.Reason)));
    }

    [Theory]
    [InlineData("label", "1")]
    [InlineData("small", "2")]
    [InlineData("flag", "true")]
    [InlineData("name", "yes")]
    public async Task Labels_are_strings_whole_numbers_or_booleans(string column, string first)
    {
        LabelledFile file = Read(await WriteAsync(), new ColumnSpec { Text = "sentence", Pair = "pair", Label = column });
        Assert.Equal(("one", "a", first), (file.Rows[0].Text, file.Rows[0].Pair, file.Rows[0].Label));
        Assert.Equal("'pair' is empty", file.Bad[0].Reason);
    }

    [Fact]
    public async Task Columns_that_are_not_there_or_hold_something_else_are_told_together()
    {
        byte[] bytes = await WriteAsync();
        KdException refused = Assert.Throws<KdException>(() => Read(bytes, new ColumnSpec { Text = "label", Pair = "second", Label = "score" }));
        Assert.Equal(["KD1103", "KD1103", "KD1103"], refused.Errors.Select(e => e.Code));
        Assert.Equal("the column 'label' holds Int64, not strings.", refused.Errors[0].What);
        Assert.Equal("there is no column 'second': its columns are sentence, pair, label, small, flag, name, score.", refused.Errors[1].What);
        Assert.Equal("the column 'score' holds Double, not strings, whole numbers or booleans.", refused.Errors[2].What);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(200)]
    [InlineData(-1)]
    public async Task What_is_no_parquet_or_only_a_part_of_it_is_refused_with_its_code(int kept)
    {
        byte[] bytes = await WriteAsync();
        byte[] part = kept < 0 ? "text\tlabel\none\t1\n"u8.ToArray() : bytes[..kept];
        Assert.Equal("KD1102", Assert.Throws<KdException>(() => Read(part, new ColumnSpec { Text = "sentence", Label = "label" })).Code);
    }

    /// <summary>Whatever a byte is changed to, rows come out or a coded error does.</summary>
    [Fact]
    public async Task A_file_with_any_byte_changed_gives_rows_or_a_coded_error()
    {
        byte[] bytes = await WriteAsync();
        var random = new Random(11);
        for (int trial = 0; trial < 600; trial++)
        {
            byte[] changed = [.. bytes];
            // The footer, which says how much there is, is at the end.
            int at = trial % 2 == 0 ? random.Next(bytes.Length) : bytes.Length - 1 - random.Next(Math.Min(600, bytes.Length));
            changed[at] = (byte)random.Next(256);
            try
            {
                Read(changed, new ColumnSpec { Text = "sentence", Label = "label" });
            }
            catch (KdException e)
            {
                Assert.All(e.Errors, x => Assert.Contains(x.Code, new[] { "KD1101", "KD1102", "KD1103" }));
            }
        }
    }

    private static LabelledFile Read(byte[] bytes, ColumnSpec columns) => LabelledFile.Read(new DataSpec { Columns = columns }, new MemoryStream(bytes), "a.parquet");

    // Two groups of the same rows.
    private static async Task<byte[]> WriteAsync()
    {
        var schema = new ParquetSchema(
            new DataField<string>("sentence"), new DataField<string>("pair"), new DataField<long?>("label"), new DataField<short>("small"), new DataField<bool>("flag"), new DataField<string>("name"), new DataField<double>("score"));
        using var stream = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            for (int group = 0; group < 2; group++)
            {
                using ParquetRowGroupWriter rows = writer.CreateRowGroup();
                await rows.WriteAsync(schema.DataFields[0], Texts);
                await rows.WriteAsync(schema.DataFields[1], Pairs);
                await rows.WriteAsync<long>(schema.DataFields[2], Longs.AsMemory());
                await rows.WriteAsync<short>(schema.DataFields[3], new short[] { 2, 3, 4, 5, 6 }.AsMemory());
                await rows.WriteAsync<bool>(schema.DataFields[4], new[] { true, false, true, false, true }.AsMemory());
                await rows.WriteAsync(schema.DataFields[5], (string?[])["yes", "no", "yes", "no", "yes"]);
                await rows.WriteAsync<double>(schema.DataFields[6], new[] { 0.5, 1, 2, 3, 4 }.AsMemory());
            }
        }

        return stream.ToArray();
    }
}
