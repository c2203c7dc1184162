using System.Text.Json.Nodes;
using KdCluster.Cluster.Runs;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Runs;

/// <summary>Rows without labels, from the file to the report.</summary>
public sealed class UnlabelledRunTests
{
    [Fact]
    public async Task Students_learn_from_the_teachers_on_them_and_another_student_asks_no_teacher()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("one");
        await silo.TeacherAsync("two", "text-cnn");
        string[] rows = await File.ReadAllLinesAsync(silo.Folder.File("train.tsv"));
        await File.WriteAllLinesAsync(silo.Folder.File("few.tsv"), rows[..61]);
        await File.WriteAllLinesAsync(silo.Folder.File("more.tsv"), [.. rows.Take(1).Concat(rows.Skip(61)).Select(r => r.Split('\t')[0])]);
        string Recipe(string kind, string weighting) => TinyTask.Recipe(silo.Folder.Path, kind: kind, teachers: ["one", "two"], change: r =>
        {
            r["data"]!["train"] = silo.Folder.File("few.tsv");
            r["data"]!["unlabelled"] = silo.Folder.File("more.tsv");
            r["weighting"]!["kind"] = weighting;
            r["baselines"] = new JsonArray("alone");
        });

        Run first = await silo.RunAsync(Recipe("bag-of-embeddings", "reinforced")), second = await silo.RunAsync(Recipe("text-cnn", "best-single"));
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (first.State, second.State));
        // Two teachers over 60 rows with and 180 without a label; the report's rows are not the students'.
        Assert.Equal(2 * 240, first.Students.Sum(s => s.TeacherRows));
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));
        string report = (await silo.Client.Run(first.Id).ReportAsync()).Markdown;
        Assert.Contains("60 training rows and 180 without labels", report, StringComparison.Ordinal);
        string card = await File.ReadAllTextAsync(Path.Combine(first.Students.Single(s => s.Variant == "reinforced").Checkpoint, "README.md"));
        Assert.Contains("Distilled from 2 teacher(s) (one, two) with", card, StringComparison.Ordinal);
        Assert.Contains("few.tsv; without labels more.tsv", card, StringComparison.Ordinal);
        Assert.DoesNotContain("without labels", await File.ReadAllTextAsync(Path.Combine(first.Students.Single(s => s.Variant == "alone").Checkpoint, "README.md")), StringComparison.Ordinal);

        CliHarness weights = new();
        Assert.True(await weights.RunAsync("run", "weights", first.Id, "--instance", "239", "--silo", silo.Silo.Address) == 0, weights.Error);
        Assert.Contains(rows[240].Split('\t')[0], weights.Output, StringComparison.Ordinal);

        // It belongs to one state of these rows, too.
        await File.AppendAllTextAsync(silo.Folder.File("more.tsv"), "one row more\n");
        RecipeCheck check = await silo.Client.CheckAsync(Recipe("bag-of-embeddings", "uniform"), "r.json", CancellationToken.None);
        Assert.Equal(("unlabelled", 181), (check.Data.Splits[^1].Name, (int)check.Data.Splits[^1].Rows));
        CliHarness changed = new();
        Assert.True(await changed.RunAsync("run", "weights", first.Id, "--instance", "239", "--silo", silo.Silo.Address) == 0, changed.Error);
        Assert.Contains("not those that the run began with", changed.Output + changed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_trains_its_own_teacher_beside_them_from_the_labelled_rows()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string[] rows = await File.ReadAllLinesAsync(silo.Folder.File("train.tsv"));
        await File.WriteAllLinesAsync(silo.Folder.File("few.tsv"), rows[..61]);
        await File.WriteAllLinesAsync(silo.Folder.File("more.tsv"), [.. rows.Take(1).Concat(rows.Skip(61)).Select(r => r.Split('\t')[0])]);
        string Recipe(bool more) => TinyTask.Recipe(silo.Folder.Path, change: r =>
        {
            r["data"]!["train"] = silo.Folder.File("few.tsv");
            if (more)
            {
                r["data"]!["unlabelled"] = silo.Folder.File("more.tsv");
            }

            r["teachers"] = JsonNode.Parse("""[{ "name": "own", "train": { "model": { "kind": "text-cnn", "embedding": 16, "hidden": 16, "filters": [2] } } }]""");
            r["weighting"] = new JsonObject { ["kind"] = "uniform" };
        });

        Run with = await silo.RunAsync(Recipe(more: true)), without = await silo.RunAsync(Recipe(more: false));
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (with.State, without.State));
        Assert.Equal([240L, 0L], new[] { with, without }.Select(r => r.Students.Sum(s => s.TeacherRows)));

        // Both runs found one training of it: what has no label does not decide its bytes.
        Run teacher = Assert.Single((await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs, r => r.Id.StartsWith("teacher-", StringComparison.Ordinal));
        Assert.DoesNotContain("without labels", await File.ReadAllTextAsync(Path.Combine(teacher.Students[0].Checkpoint, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_loss_remembers_of_each_row_is_counted_over_all_that_the_student_learns_from()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        File.WriteAllLines(folder.File("more.tsv"), ["text", .. Enumerable.Range(0, 1000).Select(i => $"any{i}")]);
        Recipe recipe = RecipeReader.Read(TinyTask.Recipe(folder.Path, teachers: ["one"], change: r => r["data"]!["unlabelled"] = folder.File("more.tsv")), "r.json");
        TaskData data = TaskRegistry.Find(recipe.TaskOrDefault()).Load(recipe.Data, folder.Path);
        Assert.Equal(1240, new RunModels(recipe, data, [], new Dictionary<string, InputEncoder>()).TrainingRows);
        Assert.Equal(data.EncodeTransfer(data.StudentEncoder(recipe.Data, [])).Count, data.TransferCount);
    }
}
