using KdCluster.Cli.Output;
using KdCluster.Cli.Runs;
using KdCluster.V1;

namespace KdCluster.Tests.Cli;

public sealed class RunViewTests
{
    private static readonly Run Running = new()
    {
        Id = "docs-1",
        Name = "docs",
        State = RunState.Running,
        Students =
        {
            new Student { Variant = "reinforced", Seed = 1, Stage = "done", Epoch = 3, Epochs = 3, Step = 300, Steps = 300, Seconds = 60, StallShare = 0.1, TestAccuracy = 0.8125, ValidationAccuracy = 0.8, StoreHits = 900, TeacherRows = 100 },
            new Student { Variant = "reinforced", Seed = 2, Stage = "train", Epoch = 2, Epochs = 3, Step = 150, Steps = 300, Seconds = 30, RowsPerSecond = 5210, SecondsLeft = 30, Loss = 0.5123, ValidationAccuracy = 0.78, StoreHits = 500 },
            new Student { Variant = "alone", Seed = 1, Stage = "waiting", ValidationAccuracy = double.NaN, TestAccuracy = double.NaN },
        },
    };

    [Fact]
    public void Progress_counts_waiting_students_with_the_steps_of_the_others()
    {
        RunProgress p = RunProgress.Of([Running]);
        Assert.Equal((3, 1), (p.Students, p.Done));
        Assert.Equal(0.5, p.Share, 6);
        Assert.Equal(90, p.SecondsLeft, 6);   // 450 steps left at 150 in 30 s
        Assert.Equal(6.0 / 90, p.StallShare, 6);
    }

    /// <summary>Of a regression its own figure, and in words where it is undefined.</summary>
    [Fact]
    public void A_student_of_scores_shows_the_figure_that_it_is_compared_by()
    {
        Run run = new() { Id = "s", State = RunState.Running };
        run.Students.Add(new Student { Variant = "uniform", Seed = 1, Metric = "pearson", Stage = "done", Seconds = 6, TestAccuracy = double.NaN, ValidationAccuracy = double.NaN, TestFigures = { ["pearson"] = 0.81234, ["mse"] = 1 }, ValidationFigures = { ["mse"] = 2 } });
        run.Students.Add(new Student { Variant = "alone", Seed = 1, Metric = "pearson", Stage = "train", Step = 1, Steps = 2, TestAccuracy = double.NaN, ValidationAccuracy = double.NaN });
        IReadOnlyList<string> lines = RunBlock.Render("s", [run], 6, 100, 24);
        Assert.Contains(lines, l => l.Contains("test Pearson 0.8123  validation Pearson undefined  done", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("NaN", StringComparison.Ordinal) || (l.Contains("alone", StringComparison.Ordinal) && l.Contains("val ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_known_is_no_progress()
    {
        RunProgress p = RunProgress.Of([new Run { State = RunState.Preparing }]);
        Assert.True(double.IsNaN(p.Share) && double.IsNaN(p.SecondsLeft) && double.IsNaN(p.StallShare));
    }

    [Fact]
    public void The_block_says_what_how_far_how_fast_and_each_student() => Assert.Equal(
        [
            "docs  running  1m 05s",
            "  [####################....................] 50.0 %  5,210 rows/s  1m 30s left",
            "  1 of 3 done  from the store 1,400  from teachers 100  stalled 6.7 %",
            "  reinforced/1  test 81.3 %  validation 80.0 %  done in 1m 00s",
            "  reinforced/2  [##########..........]   50.0 %  epoch 2/3  loss 0.512  val 78.0 %",
            "  alone/1       waiting",
        ],
        RunBlock.Render("docs", [Running], 65, 82, 24));

    [Theory]
    [InlineData(80, 24)]
    [InlineData(80, 5)]
    [InlineData(40, 4)]
    [InlineData(20, 2)]
    [InlineData(10, 1)]
    public void The_block_fits_any_terminal(int width, int height)
    {
        Run many = Running.Clone();
        many.Students.Add(Enumerable.Range(3, 30).Select(i => new Student { Variant = "best-single", Seed = i, Stage = "waiting" }));
        IReadOnlyList<string> lines = RunBlock.Render("a title that says a great deal about what is being done", [many, Running], 1e6, width, height);
        Assert.InRange(lines.Count, 1, height);
        Assert.All(lines, l => Assert.True(l.Length <= width, l));
    }

    [Fact]
    public void Where_there_is_no_room_those_at_work_come_first()
    {
        IReadOnlyList<string> lines = RunBlock.Render("docs", [Running], 65, 80, 5);
        Assert.Contains("reinforced/2", lines[3], StringComparison.Ordinal);
        Assert.Equal("  and 2 more", lines[4]);
    }

    [Fact]
    public void Several_runs_of_one_student_are_named_by_the_run()
    {
        Run[] teachers = [Teacher("cnn"), Teacher("lstm")];
        Assert.Equal(["  cnn   waiting", "  lstm  waiting"], RunBlock.Render("teachers", teachers, 0, 80, 24).Skip(1));

        static Run Teacher(string name) => new() { Id = name, Name = name, State = RunState.Running, Students = { new Student { Variant = "alone", Seed = 1, Stage = "waiting" } } };
    }

    [Fact]
    public void Of_several_stages_the_one_at_work_is_named_and_a_new_one_has_its_line_at_once()
    {
        Run run = Running.Clone();
        (run.Students[1].RecipeStage, run.Students[1].RecipeStageNumber, run.Students[1].RecipeStages) = ("match", 1, 2);
        Assert.Contains("stage match (1/2), epoch 2/3", RunBlock.Render("docs", [run], 65, 100, 24)[4], StringComparison.Ordinal);
        (run.Students[0].RecipeStage, run.Students[0].RecipeStageNumber, run.Students[0].RecipeStages) = ("own", 2, 2);
        Assert.DoesNotContain("own", RunBlock.Render("docs", [run], 65, 100, 24)[3], StringComparison.Ordinal);

        var lines = new StringWriter();
        var view = new LogRunView("docs", new Terminal(TextWriter.Null, lines), new FakeTimeProvider());
        view.Show([run]);
        lines.GetStringBuilder().Clear();
        (run.Students[1].RecipeStage, run.Students[1].RecipeStageNumber) = ("own", 2);
        view.Show([run]);
        Assert.Contains("stage own (2/2), epoch 2/3", lines.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_lines_come_at_events_and_else_every_five_seconds()
    {
        var clock = new FakeTimeProvider();
        var lines = new StringWriter();
        var view = new LogRunView("docs", new Terminal(TextWriter.Null, lines), clock);
        Run run = Running.Clone();
        view.Show([run]);
        Assert.Equal(3, Take().Length);       // the run, one student done, one at work
        clock.Advance(TimeSpan.FromSeconds(4));
        run.Students[1].Step = 200;
        view.Show([run]);
        Assert.Empty(Take());
        clock.Advance(TimeSpan.FromSeconds(1));
        view.Show([run]);
        Assert.Contains("step 200/300", Assert.Single(Take()), StringComparison.Ordinal);
        run.Students[1].Stage = "done";
        view.Show([run]);
        Assert.Contains("reinforced/2  done", Assert.Single(Take()), StringComparison.Ordinal);
        run.State = RunState.Succeeded;
        view.Show([run]);
        Assert.Contains("docs  succeeded", Assert.Single(Take()), StringComparison.Ordinal);

        string[] Take()
        {
            string[] taken = lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            lines.GetStringBuilder().Clear();
            return taken;
        }
    }
}
