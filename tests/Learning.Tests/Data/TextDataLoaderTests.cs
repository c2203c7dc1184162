using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class TextDataLoaderTests
{
    private const string Good = "text\tlabel\none good day\tpos\none bad day\tneg\nanother good day\tpos\nanother bad day\tneg\n";

    [Fact]
    public void Splits_are_read_and_labels_sorted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Good);
        folder.Write("dev.tsv", "text\tlabel\none good day\tpos\nnew\tneg\n");
        TextData data = Load(folder, new DataSpec { Train = "train.tsv", Validation = "dev.tsv", Test = "dev.tsv" });
        Assert.Equal(["neg", "pos"], data.Labels.Names);
        Assert.Equal((4, 2, 2), (data.Train.Count, data.Validation.Count, data.Test!.Count));
        Assert.Equal(new TextRow("one good day", null, 1), data.Train.Rows[0]);
        Assert.Equal(new SplitOverlap(Validation: 1, Test: 2), data.Overlap);
        Assert.Equal(0, data.BadRows.Total);
    }

    [Fact]
    public void Number_labels_sort_by_value_and_stand_for_listed_names()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"row {i}\t{i % 11}\n")));
        TextData byValue = Load(folder, new DataSpec { Train = "train.tsv" });
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"{i}"), byValue.Labels.Names);
        string[] names = [.. Enumerable.Range(0, 11).Select(i => $"class-{i}")];
        TextData named = Load(folder, new DataSpec { Train = "train.tsv", Labels = names });
        Assert.Equal(byValue.Train.Rows, named.Train.Rows);
        Assert.Equal(names, named.Labels.Names);
    }

    [Fact]
    public void Without_a_validation_file_a_tenth_is_held_out_by_hash_whatever_the_order_of_the_rows()
    {
        using var folder = new TemporaryFolder();
        string[] rows = [.. Enumerable.Range(0, 2000).Select(i => $"sentence number {i}\t{i % 2}\n")];
        folder.Write("a.tsv", "text\tlabel\n" + string.Concat(rows));
        folder.Write("b.tsv", "text\tlabel\n" + string.Concat(rows.Reverse()));
        TextData a = Load(folder, new DataSpec { Train = "a.tsv" }), b = Load(folder, new DataSpec { Train = "b.tsv" });
        Assert.InRange(a.Validation.Count, 160, 240);
        Assert.Equal(2000, a.Train.Count + a.Validation.Count);
        Assert.Equal(a.Validation.Rows.ToHashSet(), b.Validation.Rows.ToHashSet());
        TextData limited = Load(folder, new DataSpec { Train = "a.tsv", Limit = 100 });
        Assert.Equal(100, limited.Train.Count);
        Assert.Subset(a.Train.Rows.ToHashSet(), limited.Train.Rows.ToHashSet());
        Assert.Equal(limited.Train.Rows.ToHashSet(), Load(folder, new DataSpec { Train = "b.tsv", Limit = 100 }).Train.Rows.ToHashSet());
    }

    [Fact]
    public void Few_bad_rows_are_skipped_and_reported_many_are_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Good + "no label\n\tpos\nodd\tmaybe\n");
        var spec = new DataSpec { Train = "train.tsv", Labels = ["pos", "neg"], MaxBadRows = 0.5 };
        TextData data = Load(folder, spec);
        Assert.Equal(3, data.BadRows.Total);
        Assert.Equal(["train.tsv:6: 1 columns instead of 2", "train.tsv:7: empty text", "train.tsv:8: unknown label 'maybe'"], data.BadRows.Rows.Select(b => $"{b}"));
        KdError error = Assert.Single(Assert.Throws<KdException>(() => Load(folder, spec with { MaxBadRows = 0.4 })).Errors);
        Assert.Equal("KD1104", error.Code);
        Assert.Contains("3 of 7 rows", error.What, StringComparison.Ordinal);
        Assert.Contains("line 6: 1 columns instead of 2", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text\tlabel\n", "KD1101")]
    [InlineData("", "KD1101")]
    [InlineData("sentence\tlabel\na\tx\n", "KD1103")]
    [InlineData("text\tlabel\na\tx\nb\tx\n", "KD1105")]
    [InlineData("text\tlabel\nno columns\nnone here\n", "KD1104")]
    public void A_training_file_that_cannot_serve_is_refused(string text, string code)
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", text);
        KdException error = Assert.Throws<KdException>(() => Load(folder, new DataSpec { Train = "train.tsv" }));
        Assert.Equal(code, error.Code);
        Assert.Contains("train.tsv", error.Errors[0].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_told_with_those_there_are()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Good);
        var spec = new DataSpec { Train = "train.tsv", Columns = new ColumnSpec { Text = "sentence", Label = "class" } };
        KdException error = Assert.Throws<KdException>(() => Load(folder, spec));
        Assert.Equal(2, error.Errors.Count);
        Assert.All(error.Errors, e => Assert.Contains("text, label", e.What, StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_of_all_files_are_told_at_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("dev.tsv", "");
        KdException error = Assert.Throws<KdException>(() => Load(folder, new DataSpec { Train = "none.tsv", Validation = "dev.tsv", Test = "test.docx" }));
        Assert.Equal(["KD1100", "KD1101", "KD1100"], error.Errors.Select(e => e.Code));
    }

    [Fact]
    public void A_label_that_training_never_shows_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", Good);
        folder.Write("dev.tsv", "text\tlabel\nfine\tpos\nso so\tneutral\n");
        var spec = new DataSpec { Train = "train.tsv", Validation = "dev.tsv" };
        KdError error = Assert.Single(Assert.Throws<KdException>(() => Load(folder, spec)).Errors);
        Assert.Equal(("KD1106", "dev.tsv:3"), (error.Code, error.Where));
        Assert.Contains("'neutral'", error.What, StringComparison.Ordinal);
        Assert.Equal("KD1106", Assert.Throws<KdException>(() => Load(folder, spec with { Labels = ["neg", "neutral", "pos"] })).Code);
    }

    [Fact]
    public void Label_spaces_have_one_hash_each()
    {
        string[][] spaces = [["a", "b"], ["b", "a"], ["a", "b", "c"], ["ab", "c"], ["a", "bc"], ["a\0b", "c"]];
        Assert.Equal(spaces.Length, spaces.Select(s => new LabelSpace(s).Hash).Distinct().Count());
        Assert.Equal(new LabelSpace(["a", "b"]).Hash, new LabelSpace(["a", "b"]).Hash);
        Assert.Equal("KD1109", Assert.Throws<KdException>(() => new LabelSpace(["a", "a"])).Code);
    }

    [Fact]
    public void Sst2_has_its_published_counts()
    {
        PublishedData.Need("sst2/sentence");
        var spec = new DataSpec
        {
            Train = "sst2/sentence/train.tsv",
            Validation = "sst2/sentence/dev.tsv",
            Test = "sst2/sentence/test.tsv",
            Header = false,
            Columns = new ColumnSpec { Text = "0", Label = "1" },
            Labels = ["negative", "positive"],
        };
        TextData data = TextDataLoader.Load(spec, PublishedData.Folder);
        Assert.Equal((6920, 872, 1821), (data.Train.Count, data.Validation.Count, data.Test!.Count));
        Assert.Equal((444, 909), (data.Validation.Rows.Count(r => r.Label == 1), data.Test.Rows.Count(r => r.Label == 1)));
        Assert.Equal(0, data.BadRows.Total);
    }

    [Fact]
    public void Ag_news_has_its_published_counts()
    {
        PublishedData.Need("agnews");
        var spec = new DataSpec { Train = "agnews/test.csv", Header = false, Columns = new ColumnSpec { Text = "1", Pair = "2", Label = "0" } };
        TextData data = TextDataLoader.Load(spec, PublishedData.Folder);
        Assert.Equal(["1", "2", "3", "4"], data.Labels.Names);
        TextRow[] all = [.. data.Train.Rows, .. data.Validation.Rows];
        Assert.Equal(7600, all.Length);
        Assert.All(all.GroupBy(r => r.Label), g => Assert.Equal(1900, g.Count()));
        Assert.Equal(0, data.BadRows.Total);
    }

    private static TextData Load(TemporaryFolder folder, DataSpec spec) => TextDataLoader.Load(spec, folder.Path);
}
