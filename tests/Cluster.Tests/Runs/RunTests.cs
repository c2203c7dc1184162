using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Cluster.Runs;
using KdCluster.Learning.Metrics;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

public class RunTests
{
    [Fact]
    public async Task A_run_with_baselines_ends_with_a_report_and_a_second_one_asks_no_teacher()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("bag");
        await silo.TeacherAsync("cnn", "text-cnn", seed: 2);
        string recipe = TinyTask.Recipe(silo.Folder.Path, teachers: ["bag", "cnn"], change: r =>
        {
            r["weighting"] = new JsonObject { ["kind"] = "reinforced", ["studentWarmup"] = 5, ["policyWarmup"] = 5, ["episode"] = 4 };
            r["baselines"] = new JsonArray("alone", "uniform", "best-single", "random-single");
            r["training"]!["seeds"] = new JsonArray(1, 2);
        });

        Run first = await silo.RunAsync(recipe);
        Run second = await silo.RunAsync(recipe);

        Assert.Equal(RunState.Succeeded, first.State);
        Assert.Equal(10, first.Students.Count);
        Assert.All(first.Students, s => Assert.Equal("done", s.Stage));
        Assert.True(first.Students.Sum(s => s.TeacherRows) > 0);
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));
        Assert.Equal(first.Students.Select(s => s.TestAccuracy), second.Students.Select(s => s.TestAccuracy));
        Assert.All(
            first.Students.Zip(second.Students),
            pair => Assert.Equal(Weights(pair.First), Weights(pair.Second)));
        RunReport report = await silo.Client.Run(first.Id).ReportAsync();
        foreach (string row in new[] { "teacher 1 bag", "teacher 2 cnn", "student alone", "student uniform", "student best-single", "student reinforced" })
        {
            Assert.Contains(row, report.Markdown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Teachers_of_other_rows_and_words_teach_one_student_and_their_changed_data_is_on_their_cards()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        foreach ((string name, string label) in new[] { ("first", "0"), ("second", "1") })
        {
            Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, name, change: r =>
                r["data"]!["transform"] = new JsonArray(new JsonObject { ["kind"] = "drop-rows", ["classes"] = new JsonArray(label) })));
            Assert.Contains($"train.tsv; rows of {label} left out\n", await File.ReadAllTextAsync(Path.Combine(run.Students[0].Checkpoint, "README.md")), StringComparison.Ordinal);
            await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = name, Checkpoint = run.Students[0].Checkpoint });
        }

        Run taught = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["first", "second"], change: r => r["weighting"]!["kind"] = "best-single"));
        Assert.Equal(RunState.Succeeded, taught.State);
        string report = (await silo.Client.Run(taught.Id).ReportAsync()).Markdown;
        Assert.Matches(@"student best-single .*\| +\.\d\d/\.\d\d \| +\.[1-9]\d/\.[1-9]\d \|", report);   // shares, and a spread: another teacher on another row
    }

    [Fact]
    public async Task A_policy_that_chose_nothing_has_no_shares_and_the_report_says_why()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("bag");
        await silo.TeacherAsync("cnn", "text-cnn", seed: 2);

        Run run = await silo.RunAsync(TinyTask.Recipe(silo.Folder.Path, teachers: ["bag", "cnn"], change: r =>
            r["weighting"] = new JsonObject { ["kind"] = "reinforced", ["studentWarmup"] = 500, ["policyWarmup"] = 5, ["episode"] = 4 }));

        string report = (await silo.Client.Run(run.Id).ReportAsync()).Markdown;
        Assert.Matches(@"\| student reinforced .* +– \| +– \| +[0-9.]+ \|", report);
        Assert.Contains("Student reinforced has no shares: its training is no longer than the warm-up", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.75 }, new[] { 0.5, 0.75 }, "a − b: 0.00 points, seed by seed (paired t, p – (the difference is the same for every seed, so there is no test), n = 2).")]
    [InlineData(new[] { 0.8, 0.9 }, new[] { 0.7, 0.8 }, "a − b: +10.00 points, seed by seed (paired t, p – (the difference is the same for every seed, so there is no test), n = 2).")]
    [InlineData(new[] { 0.75, 0.5 }, new[] { 0.5, 0.75 }, "a − b: 0.00 points, seed by seed (paired t, p = 1.000, n = 2). So few seeds see no difference that there can be.")]
    [InlineData(new[] { 0.71, 0.70 }, new[] { 0.70, 0.71 }, "a − b: 0.00 points, seed by seed (paired t, p = 1.000, n = 2). Would be seen from 16.33 points on.")]
    public void A_comparison_without_a_test_says_so(double[] first, double[] second, string text) =>
        Assert.Equal(text, new Comparison("a", "b", PairedTest.Of(first, second)).ToString());

    [Fact]
    public async Task A_cancelled_run_resumes_to_the_bytes_of_an_undisturbed_one()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("bag");
        string recipe = TinyTask.Recipe(silo.Folder.Path, teachers: ["bag"], change: r => r["training"]!["epochs"] = 40);
        Run undisturbed = await silo.RunAsync(recipe);

        RunHandle handle = await silo.Client.StartAsync(recipe);
        await foreach (Run run in handle.WatchAsync())
        {
            if (run.Students.Count > 0 && run.Students[0].Step > 20)
            {
                await handle.CancelAsync();
                break;
            }
        }

        Assert.Equal(RunState.Cancelled, (await handle.ResultAsync()).State);
        await handle.ResumeAsync();
        Run resumed = await handle.ResultAsync();

        Assert.Equal(RunState.Succeeded, resumed.State);
        Assert.Equal(Weights(undisturbed.Students[0]), Weights(resumed.Students[0]));
        Assert.Equal(undisturbed.Students[0].TestAccuracy, resumed.Students[0].TestAccuracy);
    }

    [Fact]
    public async Task A_teacher_elsewhere_makes_the_same_student_as_one_at_hand()
    {
        await using TinySilo here = await TinySilo.StartAsync();
        Teacher teacher = await here.TeacherAsync("bag");
        await using TinySilo there = await TinySilo.StartAsync();
        await there.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "far", Checkpoint = teacher.Checkpoint });
        await using TinySilo learner = await TinySilo.StartAsync();

        Run near = await here.RunAsync(TinyTask.Recipe(here.Folder.Path, teachers: ["bag"]));
        Run far = await learner.RunAsync(TinyTask.Recipe(here.Folder.Path, teachers: [$"far@{there.Silo.Address}"]));

        Assert.True(far.Students[0].TeacherRows > 0);
        Assert.Equal(Weights(near.Students[0]), Weights(far.Students[0]));
    }

    [Fact]
    public async Task What_a_teacher_elsewhere_said_is_kept_here_too()
    {
        await using TinySilo there = await TinySilo.StartAsync();
        await there.TeacherAsync("far");
        await using TinySilo learner = await TinySilo.StartAsync();
        string recipe = TinyTask.Recipe(there.Folder.Path, teachers: [$"far@{there.Silo.Address}"]);

        Run first = await learner.RunAsync(recipe);
        Run second = await learner.RunAsync(recipe);

        Assert.True(first.Students[0].TeacherRows > 0);
        Assert.Equal(0, second.Students[0].TeacherRows);
        Assert.Equal(Weights(first.Students[0]), Weights(second.Students[0]));
    }

    [Fact]
    public async Task A_teacher_of_other_labels_is_refused_with_both_named()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("bag");

        KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.RunAsync(
            TinyTask.Recipe(silo.Folder.Path, teachers: ["bag"], change: r => r["data"]!["labels"] = new JsonArray("2", "1", "0"))));

        Assert.Equal("KD1307", refused.Code);
        Assert.Contains("[0, 1, 2]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 1, 0]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_with_mistakes_starts_nothing_and_names_them_all()
    {
        await using TinySilo silo = await TinySilo.StartAsync();

        KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync("""{ "name": "x", "data": { "trian": "a" }, "student": { "kind": "oracle" } }"""));

        Assert.True(refused.Errors.Count >= 2, refused.Message);
        Assert.Empty((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs);
    }

    [Fact]
    public async Task A_run_that_its_silo_left_unfinished_is_marked_and_can_be_resumed()
    {
        using TemporaryFolder folder = new();
        string id;
        string recipe;
        await using (TinySilo silo = await TinySilo.StartAsync(folder))
        {
            recipe = TinyTask.Recipe(folder.Path, change: r => r["training"]!["epochs"] = 200);
            RunHandle handle = await silo.Client.StartAsync(recipe);
            id = handle.Id;
            await foreach (Run run in handle.WatchAsync())
            {
                if (run.Students.Count > 0 && run.Students[0].Step > 5)
                {
                    break;
                }
            }
        }

        await using TinySilo again = await TinySilo.StartAsync(folder);
        Run left = await again.Client.Run(id).GetAsync();
        Assert.Equal(RunState.Interrupted, left.State);
        await again.Client.Run(id).ResumeAsync();
        Assert.Equal(RunState.Succeeded, (await again.Client.Run(id).ResultAsync()).State);
    }

    [Fact]
    public async Task Asking_for_the_same_run_twice_starts_it_once()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string recipe = TinyTask.Recipe(silo.Folder.Path);

        await silo.RunAsync(recipe, "mine");
        await silo.RunAsync(recipe, "mine");

        Assert.Single((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs);
    }


    private static byte[] Weights(Student student) => File.ReadAllBytes(Path.Combine(student.Checkpoint, "model.safetensors"));
}
