using KdCluster.Cli.Commands;
using KdCluster.Cli.Demo;
using KdCluster.Cli.Doctor;
using KdCluster.Cli.Output;
using KdCluster.Learning.Data;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Tests.Cli;

public sealed class TableTests
{
    [Fact]
    public void Runs_are_listed_with_how_far_they_are()
    {
        var run = new Run
        {
            Id = "docs-1",
            Name = "docs",
            State = RunState.Running,
            Started = 1_772_366_400,   // 2026-03-01 12:00 UTC
            Students =
            {
                new Student { Variant = "uniform", Stage = "done", Step = 100, Steps = 100, TestAccuracy = 0.8 },
                new Student { Variant = "alone", Stage = "train", Step = 50, Steps = 100, TestAccuracy = double.NaN },
            },
        };
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        clock.Advance(TimeSpan.FromSeconds(75));
        string line = RunListCommand.Of([run], clock).Lines()[2];
        Assert.Equal(["docs-1", "docs", "running", "2", "75.0 %", "80.0 %", "2026-03-01 12:00:00", "1m 15s"], Cells(line));
    }

    [Fact]
    public void Teachers_are_listed_with_what_they_are()
    {
        var teacher = new Teacher { Name = "cnn", Kind = "text-cnn", Parameters = 1_234_567, Labels = { "a", "b" }, Accuracy = 0.7654, Device = "cpu", RowsComputed = 4096 };
        teacher.Outputs.Add(new SoftTargetSet { Kind = OutputKind.Embedding, TeacherFingerprint = new string('e', 64) });
        teacher.Outputs.Add(new SoftTargetSet { Kind = OutputKind.Logits, TeacherFingerprint = new string('f', 64) });
        Assert.Equal(["cnn", "text-cnn", "1.2M", "2", "76.5 %", "f32", "cpu", "ffffffffffff", "4,096"], Cells(TeacherListCommand.Of([teacher]).Lines()[2]));
    }

    [Fact]
    public void Kept_rows_are_named_by_the_teacher_that_has_their_fingerprint()
    {
        var set = new SoftTargetSet { Kind = OutputKind.Logits, TeacherFingerprint = new string('f', 64), Element = ElementType.Float16, Width = 19 };
        var stats = new StoreStatsReply { Sets = { new StoredSet { Set = set, Rows = 1000, Bytes = 58_000 } } };
        var teacher = new Teacher { Name = "cnn", Outputs = { set } };
        Assert.Equal(["ffffffffffff", "cnn", "logits", "float16", "19", "1,000", "56.6 KiB"], Cells(CacheStatsCommand.Of(stats, [teacher]).Lines()[2]));
        Assert.Equal("-", Cells(CacheStatsCommand.Of(stats, []).Lines()[2])[1]);
    }

    [Fact]
    public async Task A_check_that_throws_is_a_failure_with_its_remedy()
    {
        IReadOnlyList<Check> checks = await Check.LookAsync("store", () => throw new KdException("KD1401", "it does not answer.", "redis://x", "Start it."));
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        Assert.Equal(["FAIL  store          KD1401 at redis://x: it does not answer.", "                     Start it."], checks.SelectMany(c => DoctorCommand.Lines(c, terminal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_demos_student_names_the_demos_teachers(bool quick)
    {
        DemoRecipes recipes = DemoRecipes.Load(quick);
        Assert.Equal(recipes.Teachers.Select(t => t.Name), recipes.Student.Teachers.Select(t => t.Name));
        Assert.All(recipes.Teachers, t => Assert.Equal(recipes.Student.Data with { Transform = null, Limit = null }, t.Data with { Transform = null, Limit = null }));
        Assert.All(recipes.Teachers, t => Assert.NotEmpty(t.Data.Transform!));
        Assert.Equal(["alone", "uniform", "best-single"], recipes.Student.Baselines);
        Assert.Equal(quick ? 1 : 5, recipes.Student.Training.Seeds.Count);
    }

    [Fact]
    public void The_demos_specialists_share_the_parts_of_dotnet_among_them()
    {
        string[][] parts = [.. DemoRecipes.Load(quick: false).Teachers.SelectMany(t => t.Data.Transform!).Where(s => s.Classes is not null).Select(s => s.Classes!.ToArray())];
        Assert.Equal(3, parts.Length);
        Assert.Equal(TextDataLoader.Load(new DataSpec { BuiltIn = "dotnet-docs" }, ".").Labels.Names.Order(StringComparer.Ordinal), parts.SelectMany(p => p).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_table_with_a_row_missing_or_no_number_is_not_whole()
    {
        Recipe recipe = DemoRecipes.Load(quick: true).Student;
        string[] lines = [
            "|  | accuracy % | weights | score | share 1/2/3/4 | spread 1/2/3/4 | train s |",
            .. recipe.Teachers.Select((t, k) => $"| teacher {k + 1} {t.Name} | 30.10 | 1,234 |  |  |  |  |"),
            .. recipe.Baselines.Append("reinforced").Select(v => $"| student {v} | 70.00 ± 0.50 | 1,234 | 0.100 | .25/.25/.25/.25 | .00/.00/.00/.00 | 1.0 |")];
        string whole = string.Join('\n', lines);
        Assert.Empty(DemoTable.Faults(whole, recipe));
        Assert.Equal("'NaN' in the row of 'student alone' is no number", Assert.Single(DemoTable.Faults(whole.Replace("student alone | 70.00", "student alone | NaN"), recipe)));
        Assert.Equal("0 rows of 'student reinforced' instead of 1", Assert.Single(DemoTable.Faults(string.Join('\n', lines[..^1]), recipe)));
        Assert.Equal(8, DemoTable.Faults("", recipe).Count);
    }

    [Fact]
    public void A_demo_compares_itself_with_the_same_work_only()
    {
        var run = new Run { Id = "demo-1", RecipeHash = "h", Students = { new Student { Variant = "uniform", Seed = 1, TestAccuracy = 0.5 } } };
        DemoRecord record = DemoRecord.Of(run, "libtorch 2", 10);
        run.Students[0].TestAccuracy = Math.BitIncrement(0.5);
        DemoRecord other = DemoRecord.Of(run, "libtorch 2", 20);
        Assert.True(record.IsOfSameWork(other));
        Assert.False(record.HasSameNumbers(other));
        Assert.False(record.IsOfSameWork(DemoRecord.Of(run, "libtorch 1", 10)));
    }

    private static string[] Cells(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
