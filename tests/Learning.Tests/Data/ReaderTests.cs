using System.IO.Compression;
using System.Text;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class ReaderTests
{
    [Fact]
    public void Csv_fields_hold_commas_quotes_and_line_ends_and_lines_are_counted_as_an_editor_does()
    {
        LabelledFile file = Read("a.csv", "text,label\r\n\"one, two\",x\r\n\"say \"\"no\"\"\",y\r\n\"over\r\ntwo lines\",x\r\nlast,y");
        Assert.Equal(["one, two", "say \"no\"", "over\r\ntwo lines", "last"], file.Rows.Select(r => r.Text));
        Assert.Equal([2, 3, 4, 6], file.Rows.Select(r => r.Line));
        Assert.Equal(["x", "y", "x", "y"], file.Rows.Select(r => r.Label));
        Assert.Equal(0, file.BadCount);
    }

    [Fact]
    public void Csv_rows_that_break_the_rules_are_named_by_the_line_they_begin_on()
    {
        LabelledFile file = Read("a.csv", "text,label\n\"a\"b,x\nc\"d,x\ne,x,y\nf\n,x\ng,x\n\"open,x\nlost,x\n");
        Assert.Equal(["g"], file.Rows.Select(r => r.Text));
        Assert.Equal([2, 3, 4, 5, 6, 8], file.Bad.Select(b => b.Line));
        Assert.Equal(7, file.BadCount); // the open quote took two lines
    }

    [Fact]
    public void Empty_quoted_fields_and_trailing_commas_are_fields()
    {
        var spec = new DataSpec { Format = "csv", Header = false, Columns = new ColumnSpec { Text = "0", Label = "2" } };
        LabelledFile file = Read("a", "a,,x\n\"b\",\"\",\"y\"\nc,d,\n", spec);
        Assert.Equal([("a", "x"), ("b", "y")], file.Rows.Select(r => (r.Text, r.Label)));
        Assert.Equal("empty label", Assert.Single(file.Bad).Reason);
    }

    [Fact]
    public void Tsv_takes_columns_by_name_or_place_and_any_line_end()
    {
        var byName = Read("a.tsv", "\uFEFFlabel\tid\ttext\r\n1\t7\tone \"quoted\"\r\n0\t8\ttwo\r\n");
        Assert.Equal([("one \"quoted\"", "1"), ("two", "0")], byName.Rows.Select(r => (r.Text, r.Label)));
        var spec = new DataSpec { Header = false, Columns = new ColumnSpec { Text = "0", Pair = "1", Label = "2" } };
        var byPlace = Read("a.tsv", "a\tb\tx\nc\td\ty", spec);
        Assert.Equal([("a", "b", "x"), ("c", "d", "y")], byPlace.Rows.Select(r => (r.Text, r.Pair!, r.Label)));
    }

    [Fact]
    public void Json_lines_take_text_whole_numbers_and_booleans_and_refuse_the_rest_by_line()
    {
        string[] lines = ["""{"text":"a","label":1}""", "", """{"text":"b\n","label":"x"}""", """{"text":1,"label":1}""", """{"text":"c","label":1.5}""", "{", "[]",
            """{"text":"\ud800","label":1}""", """{"label":1}""", """{"text":"d","text":"e","label":1}""", """{"text":"f","label":true}"""];
        LabelledFile file = Read("a.jsonl", string.Join('\n', lines));
        Assert.Equal([("a", "1"), ("b\n", "x"), ("f", "true")], file.Rows.Select(r => (r.Text, r.Label)));
        Assert.Equal([4, 5, 6, 7, 8, 9, 10], file.Bad.Select(b => b.Line));
    }

    [Fact]
    public void Gzip_is_read_through_whatever_the_file_is_called()
    {
        byte[] plain = Encoding.UTF8.GetBytes("text\tlabel\na\tx\nb\ty\n");
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(plain);
        foreach (string name in (string[])["a.tsv.gz", "a.tsv"])
            Assert.Equal(["a", "b"], Read(name, zipped.ToArray()).Rows.Select(r => r.Text));
        byte[] damaged = zipped.ToArray();
        damaged[^6] ^= 0x55;
        Assert.Equal("KD1102", Assert.Throws<KdException>(() => Read("a.tsv.gz", damaged)).Code);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_by_line()
    {
        byte[] latin1 = [.. "text\tlabel\nfine\tx\n"u8, .. Encoding.Latin1.GetBytes("caf\u00e9\tx\n")];
        KdError error = Assert.Single(Assert.Throws<KdException>(() => Read("a.tsv", latin1)).Errors);
        Assert.Equal(("KD1102", "a.tsv:3"), (error.Code, error.Where));
        byte[] utf16 = [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("text\tlabel\n")];
        Assert.Equal("KD1102", Assert.Throws<KdException>(() => Read("a.tsv", utf16)).Code);
    }

    [Theory]
    [InlineData("tsv")]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public void Any_bytes_give_rows_or_coded_errors(string format)
    {
        var random = new Random(11);
        string[] pieces = ["text", "label", "\t", ",", "\"", "\"\"", "\n", "\r\n", "{", "}", ":", "\"text\":\"a\"", "\"label\":1", "[", "\\u", "\u00e9", "\uFEFF", "\0", "x", "12"];
        string[] heads = ["", "text\tlabel\n", "text,label\n", "{\"text\":\"a\",\"label\":1}\n"];
        int rows = 0, refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            var bytes = new List<byte>(Encoding.UTF8.GetBytes(heads[random.Next(heads.Length)]));
            for (int k = random.Next(30); k > 0; k--)
            {
                if (random.Next(40) == 0)
                    bytes.Add((byte)random.Next(256));
                else
                    bytes.AddRange(Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
            }
            var spec = new DataSpec { Format = format, Header = random.Next(2) == 0, Columns = random.Next(2) == 0 ? new() : new ColumnSpec { Text = "0", Label = "1" } };
            try
            {
                LabelledFile file = LabelledFile.Read(spec, new MemoryStream([.. bytes]), "fuzz");
                rows += file.Rows.Count;
                Assert.All(file.Rows, r => Assert.False(string.IsNullOrWhiteSpace(r.Text) || string.IsNullOrWhiteSpace(r.Label)));
            }
            catch (KdException e)
            {
                Assert.StartsWith("KD11", e.Code, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(rows > 100 && refused > 100, $"{rows} rows, {refused} refusals: the pieces reach too little.");
    }

    [Fact]
    public void Damaged_gzip_gives_rows_or_coded_errors()
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes("text\tlabel\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"row {i * 7919}\t{i % 3}\n"))));
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = zipped.ToArray();
            bytes[random.Next(2, bytes.Length)] ^= (byte)random.Next(1, 256);
            if (random.Next(2) == 0)
                bytes = bytes[..random.Next(2, bytes.Length)];
            try
            {
                _ = Read("a.tsv", bytes);
            }
            catch (KdException e)
            {
                Assert.StartsWith("KD11", e.Code, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(refused > 300);
    }

    private static LabelledFile Read(string name, string text, DataSpec? spec = null) => Read(name, Encoding.UTF8.GetBytes(text), spec);

    private static LabelledFile Read(string name, byte[] bytes, DataSpec? spec = null) => LabelledFile.Read(spec ?? new DataSpec(), new MemoryStream(bytes), name);
}
