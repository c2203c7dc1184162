using System.Text;
using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class HeaderTests
{
    private static readonly ColumnSpec ByPosition = new() { Text = "0", Label = "1" };

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void Positions_are_positions_whatever_the_first_row_holds(string label)
    {
        LabelledFile file = Read("a.tsv", $"first text\t{label}\nsecond\t0\nthird\t1\n", new DataSpec { Columns = ByPosition });
        Assert.Equal([("second", "0"), ("third", "1")], file.Rows.Select(r => (r.Text, r.Label)));
    }

    [Fact]
    public void Whole_numbers_are_names_where_the_header_has_them_all()
    {
        LabelledFile file = Read("a.csv", ",0,1\n0,first,x\n1,second,y\n", new DataSpec { Columns = ByPosition });
        Assert.Equal([("first", "x"), ("second", "y")], file.Rows.Select(r => (r.Text, r.Label)));
    }

    [Theory]
    [InlineData("a.tsv", "first text\t0\nsecond\t0\nthird\t1\n", true)]
    [InlineData("a.csv", "first text,0\nsecond,0\nthird,1\n", true)]
    [InlineData("a.tsv", "\uFEFFfirst text\t0\r\nsecond\t0\r\nthird\t1\r\n", true)]
    [InlineData("a.tsv", "sentence\tlabel\nsecond\t0\nthird\t1\n", false)]
    [InlineData("a.tsv", "0\t1\nsecond\t0\nthird\t1\n", false)] // column numbers, as pandas writes them
    public void A_row_that_is_taken_for_a_header_is_told(string name, string text, bool isTold)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, text);
        folder.Write("dev.tsv", "text\tlabel\nx\t0\n");
        IReadOnlyList<string> warnings = TextDataLoader.Load(new DataSpec { Train = name, Validation = "dev.tsv", Columns = ByPosition }, folder.Path).Warnings;
        Assert.Equal(isTold ? [$"{name}: the first row is taken for the names of the columns, though '0' is a label: if it is a row, set data.header to false."] : [], warnings);
    }

    [Fact]
    public void A_header_that_is_taken_for_a_row_is_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "sentence\tsentiment\none\t0\ntwo\t1\nthree\t0\nfour\t1\n");
        folder.Write("dev.tsv", "x\t0\ny\t1\n");
        var spec = new DataSpec { Train = "train.tsv", Validation = "dev.tsv", Header = false, Columns = ByPosition };
        Assert.Equal("train.tsv: the first row's label 'sentiment' is no other row's: if it names the columns, set data.header to true.", Assert.Single(TextDataLoader.Load(spec, folder.Path).Warnings));
    }

    [Theory]
    [InlineData("text,label,label\na,0,1\n", "occurs 2 times, at the positions 1, 2")]
    [InlineData("label,text,text\n0,a,b\n", "occurs 2 times, at the positions 1, 2")]
    [InlineData("\"text\", \"label\"\n\"a\",0\n\"b\",1\n", "names of the columns cannot be read: a quote stands inside")]
    [InlineData("\"text\nlabel\n", "names of the columns cannot be read: a quoted field has no end")]
    [InlineData("some text,0\nother text,1\n", "its columns are some text, 0")]
    [InlineData("te\u200Bxt,label\na,0\n", "its columns are te\\u200Bxt, label")]
    public void Columns_that_cannot_be_told_are_refused_at_the_header(string text, string why)
    {
        KdError error = Assert.Throws<KdException>(() => Read("a.csv", text)).Errors[0];
        Assert.Equal(("KD1103", "a.csv:1"), (error.Code, error.Where));
        Assert.Contains(why, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_occurs_twice_may_be_given_by_position_and_others_may_occur_twice()
    {
        LabelledFile file = Read("a.csv", "text,label,label,note,note\na,0,x,,\nb,1,y,,\n", new DataSpec { Columns = new ColumnSpec { Text = "text", Label = "2" } });
        Assert.Equal([("a", "x"), ("b", "y")], file.Rows.Select(r => (r.Text, r.Label)));
    }

    [Fact]
    public void One_column_is_not_two_things()
    {
        KdError error = Assert.Single(Assert.Throws<KdException>(() => Read("a.tsv", "text\tlabel\na\t0\n", new DataSpec { Columns = new ColumnSpec { Text = "text", Label = "0" } })).Errors);
        Assert.Equal(("KD1103", "column 0 is used twice: data.columns.text and data.columns.label."), (error.Code, error.What));
    }

    [Theory]
    [InlineData(60, "a row after", true)]
    [InlineData(1, "a row after", true)]
    [InlineData(60, "\"quoted, with comma\"", true)]
    public void A_quote_that_closes_rows_later_is_told(int swallowed, string after, bool isTold)
    {
        using var folder = new TemporaryFolder();
        string rows = string.Concat(Enumerable.Range(0, swallowed - 1).Select(i => $"row {i},{i % 2}\n"));
        folder.Write("train.csv", $"text,label\nfirst,0\n\"begins here,1\n{rows}ends here\",1\n{after},0\nlast,1\n");
        folder.Write("dev.csv", "text,label\nx,0\n");
        TextData data = TextDataLoader.Load(new DataSpec { Train = "train.csv", Validation = "dev.csv" }, folder.Path);
        Assert.Equal(4, data.Train.Count);
        Assert.Equal(isTold ? [$"train.csv:3: a quoted field runs over {swallowed + 1} lines, of which {swallowed} look like rows that it swallows: is a quote missing, or one too many?"] : [], data.Warnings);
    }

    [Fact]
    public void Texts_of_several_lines_are_no_reason_to_warn()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.csv", "text,label\n\"Dear all,\nthis, I think, is fine,\nyours\",0\n\"one\r\ntwo\",1\n");
        folder.Write("dev.csv", "text,label\nx,0\n");
        Assert.Empty(TextDataLoader.Load(new DataSpec { Train = "train.csv", Validation = "dev.csv" }, folder.Path).Warnings);
    }

    [Fact]
    public void Json_labels_of_several_kinds_are_told_and_whole_numbers_are_whole_however_they_are_written()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.jsonl", """
            {"text":"a","label":1}
            {"text":"b","label":2.0}
            {"text":"c","label":"1"}
            {"text":"d","label":true}
            """);
        folder.Write("dev.jsonl", """{"text":"e","label":1.0}""");
        TextData data = TextDataLoader.Load(new DataSpec { Train = "train.jsonl", Validation = "dev.jsonl" }, folder.Path);
        Assert.Equal(["1", "2", "true"], data.Labels.Names);
        Assert.Equal("1", data.Labels.Names[data.Validation.Rows[0].Label]);
        Assert.Equal("train.jsonl: labels are written in several ways: 2 as numbers, 1 as text, 1 as true or false.", Assert.Single(data.Warnings));
        Assert.Contains(DataProfile.Of(data, 64).Warnings, w => w.Contains("'true', '1' may be one", StringComparison.Ordinal));
    }

    private static LabelledFile Read(string name, string text, DataSpec? spec = null) => LabelledFile.Read(spec ?? new DataSpec(), new MemoryStream(Encoding.UTF8.GetBytes(text)), name);
}
