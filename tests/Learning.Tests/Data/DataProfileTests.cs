using KdCluster.Learning.Data;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class DataProfileTests
{
    [Fact]
    public void Every_class_is_counted_per_split_with_what_is_cut_shared_and_skipped()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\none two three four\ta\nfive\ta\nsix\tb\nseven\tb\nbroken\n");
        folder.Write("dev.tsv", "text\tlabel\nfive\ta\nnine ten\tb\n");
        folder.Write("test.tsv", "text\tlabel\nnine ten\tb\nfive\ta\nnew ones, all\ta\n\tb\n");
        DataProfile profile = Profile(folder, new DataSpec { Train = "train.tsv", Validation = "dev.tsv", Test = "test.tsv", MaxLength = 4, MaxBadRows = 0.5 });
        Assert.Equal([new("train", 4, 1, 0, 1), new("validation", 2, 0, 1, 0), new SplitProfile("test", 3, 1, 2, 1)], profile.Splits);
        Assert.Equal([("a", "2 1 2"), ("b", "2 1 1")], profile.Classes.Select(c => (c.Name, string.Join(' ', c.Rows))));
        Assert.Equal(0.25, profile.Splits[0].CutShare);
        Assert.Equal(2, profile.BadRows.Count);
        string[] lines =
        [
            "class                   train  validation    test",
            "a                           2           1       2",
            "b                           2           1       1",
            "(rows)                      4           2       3",
            "(cut at 4 tokens)      25.0 %       0.0 %  33.3 %",
            "(in an earlier split)                   1       2",
            "(bad rows)                  1           0       1",
            "warning: texts longer than 4 tokens are cut, and their ends not read: 25.0 % of",
            "  train, 0.0 % of validation, 33.3 % of test.",
            "warning: rows whose text is in an earlier split too, so that scores flatter: 1",
            "  of validation, 2 of test.",
            "warning: 2 bad row(s) skipped: train.tsv:6: 1 columns instead of 2; test.tsv:5:",
            "  empty text.",
            "",
        ];
        Assert.Equal(string.Join('\n', lines), $"{profile}");
    }

    [Theory]
    [InlineData("yes", "\"yes\"", "no")]
    [InlineData("yes", "yes\u200B", "no")]
    [InlineData("y es", "y\u00A0es", "no")]
    [InlineData("2.0", "2", "no")]
    [InlineData("Yes", "yes", "no")]
    public void Names_that_differ_by_what_is_overlooked_are_told(string one, string other, string third)
    {
        IReadOnlyList<string> warnings = Warnings(one, other, third);
        Assert.Contains(warnings, w => w.Contains($"the classes {LabelNames.List([.. new[] { one, other }.Order(StringComparer.Ordinal)])} differ only in", StringComparison.Ordinal));
        Assert.All(warnings, w => Assert.DoesNotContain(w, c => c is '\u200B' or '\u00A0'));
    }

    [Fact]
    public void One_class_written_in_several_ways_is_told()
    {
        Assert.Contains("the classes 'true', '\"1\"', '1' may be one, written in several ways.", Warnings("true", "1", "\"1\"", "0"));
        Assert.Contains("'-1' is a class: in many data sets it marks rows without a label.", Warnings("-1", "0", "1"));
        Assert.Contains("some classes are numbers, others are not: '7' among 'cat', 'dog'.", Warnings("cat", "dog", "7"));
    }

    [Theory]
    [InlineData("cat", "dog")]
    [InlineData("-1", "1")]
    [InlineData("0", "1", "2")]
    [InlineData("true", "false")]
    [InlineData("class 1", "class 10")]
    public void Plain_names_are_no_reason_to_warn(params string[] names) => Assert.Empty(Warnings(names));

    [Fact]
    public void Classes_with_one_training_row_or_none_are_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\none\ta\ntwo\ta\nthree\tb\n");
        folder.Write("dev.tsv", "text\tlabel\nfour\ta\n");
        DataProfile profile = Profile(folder, new DataSpec { Train = "train.tsv", Validation = "dev.tsv", Labels = ["a", "b", "c"] });
        Assert.Equal(["a class without training rows, which nothing can learn: 'c'.", "a class with a single training row: 'b'."], profile.Warnings);
    }

    [Fact]
    public void Special_tokens_in_a_text_are_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\none [SEP] two\ta\nthree </s> four\tb\n[five]\ta\nsix\tb\n");
        folder.Write("dev.tsv", "text\tlabel\nseven [SEP] eight\ta\n");
        string warning = Assert.Single(Profile(folder, new DataSpec { Train = "train.tsv", Validation = "dev.tsv" }).Warnings);
        Assert.StartsWith("3 row(s) hold '[SEP]', '</s>' in their text", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_fits_80_columns_whatever_the_names()
    {
        using var folder = new TemporaryFolder();
        string[] names = [.. Enumerable.Range(0, 60).Select(i => new string((char)('a' + (i % 26)), 10 + (5 * i)))];
        folder.Write("train.tsv", "text\tlabel\n" + string.Concat(names.Select((n, i) => $"text {i}\t{n}\nother {i}\t\"{n}\"\n")));
        folder.Write("dev.tsv", $"text\tlabel\nx\t{names[0]}\n");
        DataProfile profile = Profile(folder, new DataSpec { Train = "train.tsv", Validation = "dev.tsv", Test = "dev.tsv" });
        Assert.Equal(120, profile.Classes.Count);
        string[] lines = $"{profile}".Split('\n');
        Assert.All(lines, l => Assert.True(l.Length <= 80, l));
        Assert.Contains(lines, l => l.StartsWith("... 80 more", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Warnings(params string[] names)
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.tsv", "text\tlabel\n" + string.Concat(names.Select((n, i) => $"text {i}\t{n}\nother {i}\t{n}\n")));
        folder.Write("dev.tsv", $"text\tlabel\nx\t{names[0]}\n");
        return Profile(folder, new DataSpec { Train = "train.tsv", Validation = "dev.tsv" }).Warnings;
    }

    private static DataProfile Profile(TemporaryFolder folder, DataSpec spec) => DataProfile.Of(TextDataLoader.Load(spec, folder.Path), spec.MaxLength);
}
