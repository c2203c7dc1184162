using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Readers;
using KdCluster.Learning.Data.Spools;
using KdCluster.Learning.Training;

namespace KdCluster.Tests.Data;

public class TextRowsTests
{
    private static readonly RawRow[] Rows =
    [
        new(1, "one", null, "b", null),
        new(2, "zwei – ✓ 🙂", "a pair", "a", null, 3),
        new(5, new string('x', 3_000_000), "", "b", null),      // longer than a block
        new(6, "a\tb\nc\0d", new string('é', 5000), "c", null),
        .. Enumerable.Range(0, 3000).Select(i => new RawRow(7 + i, new string((char)('a' + (i % 26)), CounterRandom.Below(400, 1, RandomStream.Rows, i)) + i, i % 3 == 0 ? $"pair {i}" : null, i % 2 == 0 ? "a" : "b", null)),
    ];

    [Fact]
    public void Rows_are_given_back_as_they_were_read()
    {
        RawRows packed = Packed();
        Assert.Equal(Rows.Length, packed.Count);
        Assert.Equal(Rows, packed);
        Assert.Equal(Rows.Select(r => r.Label), packed.Labels);
        Assert.Equal(Rows[3], packed[3]);
    }

    [Fact]
    public void There_may_be_as_many_labels_as_rows()
    {
        RawRow[] rows = [.. Enumerable.Range(0, 100_200).Select(i => new RawRow(i + 1, "t", null, (i / 7.0).ToString("R", System.Globalization.CultureInfo.InvariantCulture), null))];
        RawRows packed = new();
        foreach (RawRow row in rows)
            packed.Add(row);
        Assert.Equal(rows.Select(r => r.Label), packed.Labels);
        Assert.Equal(rows[^1], packed[rows.Length - 1]);
        Assert.Equal(rows[0], packed[0]);
    }

    [Fact]
    public void Labelled_rows_and_some_of_them_are_the_same_as_from_a_list()
    {
        (int Row, int Label, float Score)[] labels = [.. Enumerable.Range(0, Rows.Length).Where(i => i % 5 != 4).Select(i => (i, i % 7, i / 2f))];
        TextRow[] wanted = [.. labels.Select(l => new TextRow(Rows[l.Row].Text, Rows[l.Row].Pair, l.Label) { Score = l.Score })];
        TextSplit packed = new(Packed().Labelled(labels), 3), plain = new(wanted, 3);

        Assert.Equal(wanted, packed.Rows);
        Assert.Equal(plain.Labels, packed.Labels);
        Assert.Equal(plain.Scores, packed.Scores);
        int[] some = [7, 2, 2, 2000, 0];
        Assert.Equal(plain.Take(some).Rows, packed.Take(some).Rows);
        (int, int)[] changed = [(3, 1), (9, 0)];
        Assert.Equal(plain.Take(changed).Rows, packed.Take(changed).Rows);
        Assert.Equal(3, packed.Take(changed).BadRows);
        Parallel.For(0, wanted.Length, i => Assert.Equal(wanted[i], packed.Rows[i]));
    }

    [Fact]
    public void What_is_in_two_splits_is_counted_whichever_of_them_is_large()
    {
        TextRow Row(string text, string? pair = null, int label = 0) => new(text, pair, label);
        TextSplit train = new([Row("a"), Row("b", "c"), Row("d"), Row("d")]), validation = new([Row("a", null, 1), Row("b"), Row("e"), Row("a")]), test = new([Row("e"), Row("d"), Row("b", "c"), Row("f")]);
        Assert.Equal(new SplitOverlap(2, 3), SplitOverlap.Of(train, validation, test));
        Assert.Equal(new SplitOverlap(2, 0), SplitOverlap.Of(train, validation, null));
    }

    // Each row of the data is looked at once for its profile, whoever asks for it; what was changed is looked at anew.
    [Fact]
    public void The_profile_of_data_is_made_once_and_that_of_changed_data_is_another()
    {
        TextSplit split = new([new TextRow("a b c", null, 0), new TextRow("d", null, 1)]);
        TextData data = new(split, split, null, new LabelSpace(["x", "y"]), new BadRowReport([], 0), new SplitOverlap(2, 0));
        Assert.Same(data.Profile(8), data.Profile(8));
        Assert.NotSame(data.Profile(8), data.Profile(9));
        TextData changed = data with { Train = new TextSplit([.. split.Rows, new TextRow("e", null, 1)]) };
        Assert.Equal((2, 3), (data.Profile(8).Splits[0].Rows, changed.Profile(8).Splits[0].Rows));
    }

    private static RawRows Packed()
    {
        RawRows packed = new();
        foreach (RawRow row in Rows)
            packed.Add(row);
        return packed;
    }
}
