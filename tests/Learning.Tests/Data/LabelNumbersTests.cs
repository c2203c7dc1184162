using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class LabelNumbersTests
{
    [Fact]
    public void A_whole_number_is_the_class_of_that_number_written_as_a_fraction()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"row {i},{i % 12}.0\n")));
        folder.Write("test.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"test {i},{i}\n")));
        TextData data = TextDataLoader.Load(new DataSpec { Train = "train.csv", Test = "test.csv" }, folder.Path);
        Assert.Equal(["0.0", "1.0", "10.0", "11.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0", "8.0", "9.0"], data.Labels.Names);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"{i}.0"), data.Test!.Rows.Select(r => data.Labels.Names[r.Label]));
        Assert.Equal("test.csv: 12 label(s) are taken for classes that are named otherwise ('0' as '0.0', '1' as '1.0', '10' as '10.0', ...), the same number in another notation.", Assert.Single(data.Warnings));
    }

    [Theory]
    [InlineData("1.0,2.0,3.0", "2,3", "1,2")] // never positions: names look like numbers
    [InlineData("0,1", "0.0,1.00", "0,1")]
    [InlineData("a,b,c", "0,2", "0,2")]
    [InlineData("class-0,class-1,class-2", "2,0", "2,0")]
    [InlineData("1 star,2 stars,3 stars", "0,1,2", "0,1,2")]
    [InlineData("false,true", "0,1", "0,1")]
    [InlineData("-1,1", "-1,1.0", "0,1")]
    // Refused:
    [InlineData("1 star,2 stars,3 stars", "1,2", "-1,-1")] // off by one
    [InlineData("a,b,c", "1,2", "-1,-1")]
    [InlineData("a,b,c", "0,3", "0,-1")]
    [InlineData("class-0,class-1,class-10,class-2", "0,2", "-1,-1")] // sorted as text
    [InlineData("true,false", "0,1", "-1,-1")]
    [InlineData("1.5,2.5", "0,1", "-1,-1")]
    [InlineData("10 %,20 %", "0,1", "-1,-1")]
    [InlineData("\uFF11,\uFF12", "0,1", "-1,-1")]
    [InlineData("2.0,2,3", "2.00", "-1")] // of two classes
    [InlineData("1,2", "01", "-1")] // a code, perhaps
    [InlineData("a,b", "-1,0", "-1,0")]
    [InlineData("yes,no", "\"yes\",yes\u200B", "-1,-1")]
    public void A_label_is_a_name_its_number_or_a_position_that_begins_at_0(string names, string labels, string classes)
    {
        string[] written = labels.Split(',');
        var numbers = new LabelNumbers(new LabelSpace(names.Split(',')), written);
        Assert.Equal(classes, string.Join(',', written.Select(numbers.Of)));
    }

    [Theory]
    [InlineData("yes\nno", "yes\u200B", "differs from 'yes' only in")]
    [InlineData("yes\nno", "'no'", "differs from 'no' only in")]
    [InlineData("yes\nno", "-1", "often marks rows without a label")]
    [InlineData("yes\nno", "1", "must show that they begin at 0")]
    public void A_label_without_class_is_refused_with_the_likely_reason(string names, string label, string why)
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"row {i}\t{names.Split('\n')[i % 2]}\n")));
        folder.Write("test.tsv", $"text\tlabel\none\t{label}\n");
        KdError error = Assert.Single(Assert.Throws<KdException>(() => TextDataLoader.Load(new DataSpec { Train = "train.tsv", Test = "test.tsv" }, folder.Path)).Errors);
        Assert.Equal("KD1106", error.Code);
        Assert.Contains(why, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_positions_in_one_file_are_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\na\tneg\nb\t0\nc\tpos\nd\t1\ne\t1\n");
        TextData data = TextDataLoader.Load(new DataSpec { Train = "train.tsv", Validation = "train.tsv", Labels = ["neg", "pos"] }, folder.Path);
        Assert.Equal([0, 0, 1, 1, 1], data.Train.Rows.Select(r => r.Label));
        Assert.Equal("train.tsv: 3 label(s) are taken for classes that are named otherwise ('0' as 'neg', '1' as 'pos'), by position in the list of classes.", data.Warnings[0]);
    }

    [Fact]
    public void A_limit_that_leaves_one_class_is_refused_and_one_that_leaves_a_class_without_rows_is_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"row {i}\t{(i < 190 ? i % 2 : 2)}\n")));
        folder.Write("dev.tsv", "text\tlabel\nx\t0\n");
        var spec = new DataSpec { Train = "train.tsv", Validation = "dev.tsv" };
        KdError error = Assert.Single(Assert.Throws<KdException>(() => TextDataLoader.Load(spec with { Limit = 1 }, folder.Path)).Errors);
        Assert.Equal(("KD1105", "train.tsv"), (error.Code, error.Where));
        TextData few = TextDataLoader.Load(spec with { Limit = 6 }, folder.Path);
        Assert.Equal(["0", "1", "2"], few.Labels.Names);
        Assert.Contains("a class without training rows, which nothing can learn: '2'.", DataProfile.Of(few, 64).Warnings);
    }
}
