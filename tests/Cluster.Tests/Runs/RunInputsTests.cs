using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>A run belongs to one state of its data and its teachers.</summary>
public class RunInputsTests
{
    [Theory]
    [InlineData("train")]
    [InlineData("validation")]
    [InlineData("test")]
    public async Task A_run_whose_data_changed_is_not_gone_on_with_until_they_are_put_back(string split)
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Trainers = 1 });
        string recipe = TinyTask.Recipe(silo.Folder.Path, change: TwoStudents);
        Run undisturbed = await silo.RunAsync(recipe);
        RunHandle run = await StopAfterFirstAsync(silo, recipe);
        string file = silo.Folder.File($"{split}.tsv"), before = await File.ReadAllTextAsync(file);

        await File.WriteAllTextAsync(file, ExchangeTwoLabels(before));
        await run.ResumeAsync();
        KdException refused = await Assert.ThrowsAsync<KdException>(() => run.ResultAsync());
        Assert.Equal(("KD1225", file), (Assert.Single(refused.Errors).Code, refused.Errors[0].Where));
        Assert.Contains($"the {split} rows", refused.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, before);
        await run.ResumeAsync();
        Run ended = await run.ResultAsync();
        Assert.Equal(undisturbed.Students.Select(Weights), ended.Students.Select(Weights));
    }

    [Fact]
    public async Task A_row_more_changes_the_rows_that_are_held_out_as_well()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Trainers = 1 });
        string recipe = TinyTask.Recipe(silo.Folder.Path, change: r =>
        {
            r["data"]!.AsObject().Remove("validation");
            TwoStudents(r);
        });
        RunHandle run = await StopAfterFirstAsync(silo, recipe);
        string file = silo.Folder.File("train.tsv");
        await File.AppendAllLinesAsync(file, Enumerable.Range(0, 50).Select(n => $"another row {n}\t1"));

        await run.ResumeAsync();
        KdException refused = await Assert.ThrowsAsync<KdException>(() => run.ResultAsync());
        Assert.Equal([("KD1225", file), ("KD1225", file)], refused.Errors.Select(e => (e.Code, e.Where!)));
    }

    [Fact]
    public async Task Another_teacher_of_the_same_name_does_not_go_on_with_a_run()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Trainers = 1 });
        Teacher first = await silo.TeacherAsync("bag");
        RunHandle run = await StopAfterFirstAsync(silo, TinyTask.Recipe(silo.Folder.Path, teachers: ["bag"], change: TwoStudents));
        await silo.TeacherAsync("bag", seed: 5);

        await run.ResumeAsync();
        KdException refused = await Assert.ThrowsAsync<KdException>(() => run.ResultAsync());
        Assert.Equal(("KD1225", "teacher bag"), (Assert.Single(refused.Errors).Code, refused.Errors[0].Where));

        await silo.Client.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = first.Checkpoint });
        await run.ResumeAsync();
        Assert.Equal(RunState.Succeeded, (await run.ResultAsync()).State);
    }

    [Fact]
    public void Another_tokenizer_of_the_same_rows_is_told_by_itself()
    {
        using TemporaryFolder folder = new();
        Cluster.Runs.RunFolder run = new(folder.Path);
        Recipes.Recipe recipe = Recipes.RecipeReader.Read(TinyTask.Recipe(folder.Path), "");
        Cluster.Runs.RunInputs began = new(new Dictionary<string, string> { ["train"] = "a" }, new Dictionary<string, string>(), new string('1', 64));
        began.Hold(run, recipe);
        began.Hold(run, recipe);

        KdException refused = Assert.Throws<KdException>(() => (began with { Tokenizer = new string('2', 64) }).Hold(run, recipe));
        Assert.Equal("KD1225", refused.Code);
        Assert.Contains("tokenizer", refused.Message, StringComparison.Ordinal);
    }

    private static void TwoStudents(JsonObject recipe) => (recipe["training"]!["seeds"], recipe["training"]!["epochs"]) = (new JsonArray(1, 2), 60);

    /// <summary>A run of two students, stopped when the first is done.</summary>
    private static async Task<RunHandle> StopAfterFirstAsync(TinySilo silo, string recipe)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(90));
        RunHandle run = await silo.Client.StartAsync(recipe, cancellationToken: deadline.Token);
        await foreach (Run now in run.WatchAsync(deadline.Token))
        {
            if (now.Students.Any(s => s.Stage == "done"))
            {
                await run.CancelAsync(deadline.Token);
                break;
            }
        }

        Run stopped = await run.ResultAsync(deadline.Token);
        Assert.Equal(RunState.Cancelled, stopped.State);
        return run;
    }

    private static string ExchangeTwoLabels(string tsv)
    {
        string[] lines = tsv.Split('\n');
        int first = Array.FindIndex(lines, l => l.EndsWith("\t0", StringComparison.Ordinal)), second = Array.FindIndex(lines, l => l.EndsWith("\t1", StringComparison.Ordinal));
        (lines[first], lines[second]) = (lines[first][..^1] + "1", lines[second][..^1] + "0");
        return string.Join('\n', lines);
    }

    private static byte[] Weights(Student student) => File.ReadAllBytes(Path.Combine(student.Checkpoint, "model.safetensors"));
}
