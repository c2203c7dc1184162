using KdCluster.Learning.Data;
using KdCluster.Learning.Data.Transforms;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class DataTransformTests : IDisposable
{
    private const int Rows = 4000;
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private readonly TemporaryFolder _folder = new();
    private readonly TextData _plain;

    public DataTransformTests()
    {
        foreach (string split in new[] { "train", "validation", "test" })
            _folder.Write($"{split}.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, split == "train" ? Rows : 400).Select(i => $"{split} sentence {i}\t{Names[i % 4]}\n")));
        _plain = Load();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_share_of_the_labels_is_drawn_from_all_classes_and_nothing_else_changes()
    {
        TextData data = Load(new TransformStep { Kind = "random-labels", Share = 0.3, Seed = 7 });
        Assert.Equal(_plain.Train.Rows.Select(r => r.Text), data.Train.Rows.Select(r => r.Text));
        Assert.Equal(_plain.Validation.Rows, data.Validation.Rows);
        Assert.Equal(_plain.Test!.Rows, data.Test!.Rows);
        Assert.Equal(_plain.Labels.Hash, data.Labels.Hash);

        AppliedTransform applied = Assert.Single(data.Transforms);
        var (old, now) = (Labels(_plain), Labels(data));
        Assert.Equal(old.Zip(now).Count(p => p.First != p.Second), applied.Changed);
        Assert.InRange(applied.Selected, 1113, 1287);   // binomial: 1200 ± 29, three deviations
        Assert.InRange(applied.Changed, 820, 980);      // a quarter of the draws is the row's own label
        int[] drawn = [.. old.Zip(now).Where(p => p.First != p.Second).GroupBy(p => p.Second).Select(g => g.Count())];
        Assert.All(drawn, n => Assert.InRange(n, 180, 270));
        Assert.Equal($"30 % of labels drawn at random, seed 7: {applied.Selected:N0} of 4,000 train rows, {applied.Changed} of them with another label", applied.ToString());
    }

    [Fact]
    public void Only_rows_of_the_classes_named_or_of_the_others_are_selected()
    {
        int[] only = Labels(Load(new TransformStep { Kind = "random-labels", Classes = ["a", "c"] }));
        int[] except = Labels(Load(new TransformStep { Kind = "random-labels", Except = ["b", "d"] }));
        Assert.Equal(only, except);
        Assert.All(Labels(_plain).Zip(only).Where(p => p.First is 1 or 3), p => Assert.Equal(p.First, p.Second));
        Assert.InRange(Labels(_plain).Zip(only).Count(p => p.First is 0 or 2 && p.First == p.Second), 420, 580);   // chance: a quarter of 2,000

        TextData specialist = Load(new TransformStep { Kind = "drop-rows", Except = ["b", "d"] });
        Assert.Equal(_plain.Train.Rows.Where(r => r.Label is 1 or 3), specialist.Train.Rows);
        Assert.Equal(_plain.Labels.Hash, specialist.Labels.Hash);
        Assert.Equal(400, specialist.Validation.Count);
        Assert.Equal("rows of all classes but b, d left out: 2,000 of 4,000 train rows", Assert.Single(specialist.Transforms).ToString());
    }

    [Fact]
    public void Labels_are_set_to_one_class()
    {
        TextData data = Load(new TransformStep { Kind = "set-labels", Label = "b", Except = ["a", "b"] });
        Assert.Equal(_plain.Train.Rows.Select(r => r with { Label = Math.Min(r.Label, 1) }), data.Train.Rows);
        Assert.Equal("labels of all classes but a, b set to b: 2,000 of 4,000 train rows, 2,000 of them with another label", Assert.Single(data.Transforms).ToString());
        Assert.Equal("KD1120", Refused(new TransformStep { Kind = "set-labels", Label = "e", Classes = ["a"] }).Code);
    }

    [Fact]
    public void Kept_and_dropped_rows_of_the_same_draws_are_two_parts_of_one_whole()
    {
        var keep = new TransformStep { Kind = "keep-rows", Share = 0.2, Seed = 5 };
        TextData part = Load(keep), rest = Load(keep with { Kind = "drop-rows" });
        Assert.InRange(part.Train.Count, 724, 876);   // binomial: 800 ± 25, three deviations
        Assert.Equal(Rows, part.Train.Count + rest.Train.Count);
        Assert.Equal(_plain.Train.Rows.ToHashSet(), [.. part.Train.Rows, .. rest.Train.Rows]);
        Assert.Equal($"only 20 % of rows kept, seed 5: {part.Train.Count} of 4,000 train rows", Assert.Single(part.Transforms).ToString());
        Assert.Equal(Load(new TransformStep { Kind = "drop-rows", Except = ["a", "b"] }, keep).Train.Rows, Load(new TransformStep { Kind = "keep-rows", Classes = ["a", "b"] }, keep).Train.Rows);
    }

    [Fact]
    public void The_profile_shows_the_changes_and_counts_the_rows_after_them()
    {
        DataProfile profile = DataProfile.Of(Load(new TransformStep { Kind = "keep-rows", Classes = ["a", "b"] }, new TransformStep { Kind = "random-labels", Share = 0.5 }), 16);
        Assert.Equal(2000, profile.Splits[0].Rows);
        Assert.True(profile.Classes[3].Rows[0] > 0, "labels are drawn from all classes, of the rows that are left");
        Assert.Contains("changed: only rows of a, b kept: 2,000 of 4,000 train rows\n", profile.ToString(), StringComparison.Ordinal);
        Assert.Contains("changed: 50 % of labels drawn at random, seed 0: ", profile.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rows_draw_depends_on_nothing_but_seed_step_split_and_place()
    {
        var noise = new TransformStep { Kind = "random-labels", Share = 0.5, Seed = 1 };
        var whole = Load(noise).Train.Rows.ToDictionary(r => r.Text, r => r.Label);
        Assert.Equal(whole, Load(noise).Train.Rows.ToDictionary(r => r.Text, r => r.Label));

        TextData limited = TextDataLoader.Load(Spec(noise) with { Limit = 100 }, _folder.Path);
        Assert.Equal(100, limited.Train.Count);
        Assert.All(limited.Train.Rows, r => Assert.Equal(whole[r.Text], r.Label));

        var drop = new TransformStep { Kind = "drop-rows", Share = 0.5, Seed = 3 };
        var second = Load(new TransformStep { Kind = "random-labels", Share = 1e-9 }, noise).Train.Rows.ToDictionary(r => r.Text, r => r.Label);
        TextData after = Load(drop, noise);
        Assert.InRange(after.Train.Count, 1900, 2100);
        Assert.All(after.Train.Rows, r => Assert.Equal(second[r.Text], r.Label));

        Assert.True(Disagree(whole, second) > 800, "the place in the list decides too");
        Assert.True(Disagree(whole, Load(noise with { Seed = 2 }).Train.Rows.ToDictionary(r => r.Text, r => r.Label)) > 800);
    }

    [Fact]
    public void Validation_and_test_rows_change_when_the_recipe_says_so()
    {
        TextData data = Load(new TransformStep { Kind = "drop-rows", Classes = ["a"], Splits = ["validation", "test"] });
        Assert.Equal((Rows, 300, 300), (data.Train.Count, data.Validation.Count, data.Test!.Count));
        Assert.Equal(["validation", "test"], data.Transforms.Select(t => t.Split));
        Assert.StartsWith("rows of a left out (validation and test rows): 100 of 400 validation rows", data.Transforms[0].ToString());
    }

    [Fact]
    public void What_cannot_be_made_is_refused_all_at_once()
    {
        KdException unknown = Refused(new TransformStep { Kind = "drop-rows", Classes = ["a", "e"] }, new TransformStep { Kind = "random-labels", Except = ["f"] });
        Assert.Equal([("KD1120", "data.transform[0].classes"), ("KD1120", "data.transform[1].except")], unknown.Errors.Select(e => (e.Code, e.Where!)));
        Assert.Contains("'e'", unknown.Errors[0].What, StringComparison.Ordinal);
        Assert.Contains("a, b, c, d", unknown.Errors[0].Remedy, StringComparison.Ordinal);
        Assert.Equal("KD1120", Refused(new TransformStep { Kind = "shuffle" }).Code);
        Assert.Equal("KD1105", Refused(new TransformStep { Kind = "drop-rows", Except = ["a"] }).Code);
        KdException none = Refused(new TransformStep { Kind = "drop-rows", Classes = Names, Splits = ["test"] });
        Assert.Equal("KD1120", none.Code);
        Assert.Contains("no test row", none.Message, StringComparison.Ordinal);
    }

    private static int[] Labels(TextData data) => [.. data.Train.Rows.Select(r => r.Label)];

    private static int Disagree(Dictionary<string, int> a, Dictionary<string, int> b) => a.Count(p => b[p.Key] != p.Value);

    private KdException Refused(params TransformStep[] steps) => Assert.Throws<KdException>(() => Load(steps));

    private TextData Load(params TransformStep[] steps) => TextDataLoader.Load(Spec(steps), _folder.Path);

    private static DataSpec Spec(params TransformStep[] steps) =>
        new() { Train = "train.tsv", Validation = "validation.tsv", Test = "test.tsv", Transform = steps.Length == 0 ? null : steps };
}
