using System.Text.Json.Nodes;
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
}
