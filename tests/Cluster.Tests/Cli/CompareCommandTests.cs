using System.Text.Json.Nodes;
using KdCluster.Cli;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Comparisons;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Cli;

/// <summary><c>kd compare</c> with a silo.</summary>
public class CompareCommandTests
{
    [Fact]
    public async Task Two_recipes_give_one_table_and_asked_again_nothing_is_trained()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await silo.TeacherAsync("teacher");
        string[] line = ["compare", Write(silo.Folder, "alone"), Write(silo.Folder, "taught", r =>
        {
            r["teachers"] = new JsonArray(new JsonObject { ["name"] = "teacher" });
            r["baselines"] = new JsonArray("best-single");
            File.Copy(silo.Folder.File("validation.tsv"), silo.Folder.File("more.tsv"));
            r["data"]!["unlabelled"] = silo.Folder.File("more.tsv");
        }), "--seeds", "2", "--reference", "taught: uniform", "--out", silo.Folder.File("out"), "--silo", silo.Silo.Address];
        CliHarness cli = new(), again = new();

        Assert.Equal((ExitCode.Ok, ""), (await cli.RunAsync(line), cli.Output.Contains("| alone ", StringComparison.Ordinal) ? "" : cli.Error));
        Assert.Matches(@"(?m)^\| taught: uniform +\| .* ± .* \| +reference \|", cli.Output);
        Assert.Contains("accuracy % on 60 test rows: mean ± deviation over 2 seeds (1, 2).", cli.Output, StringComparison.Ordinal);
        Run[] runs = [.. (await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs.Where(r => r.Id.StartsWith("compare-", StringComparison.Ordinal))];
        Assert.Equal(2, runs.Length);
        string[] csv = (await File.ReadAllTextAsync(silo.Folder.File("out/compare.csv"))).Split("\r\n");
        Student first = runs.Single(r => r.Name == "alone").Students.Single(s => s.Seed == 2);
        Assert.EndsWith("," + first.TestAccuracy.ToString("R", System.Globalization.CultureInfo.InvariantCulture), csv[1], StringComparison.Ordinal);
        Assert.InRange(first.TestFigures["calibration_error"], 1e-9, 1);
        Assert.All(["md", "tex", "svg"], ending => Assert.True(new FileInfo(silo.Folder.File($"out/compare.{ending}")).Length > 100));

        Assert.Equal(ExitCode.Ok, await again.RunAsync(line));
        string said = again.Output;
        Assert.All(runs, r => Assert.Contains($"`{r.Name}` was trained before, until ", said, StringComparison.Ordinal));
        Assert.Equal(cli.Output, string.Concat(said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("was trained before", StringComparison.Ordinal)).Select(l => l + "\n")).Replace("|\n- acc", "|\n\n- acc", StringComparison.Ordinal));
        Assert.Contains("is taken as it is", again.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs.Count(r => r.Id.StartsWith("compare-", StringComparison.Ordinal)));
    }

    /// <summary>The same rows with other test labels: the figures change, what was chosen does not.</summary>
    [Fact]
    public async Task What_is_tried_sees_no_test_row()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string permuted = silo.Folder.File("permuted.tsv");
        string[] rows = await File.ReadAllLinesAsync(silo.Folder.File("test.tsv"));
        await File.WriteAllLinesAsync(permuted, rows.Select((row, i) => i == 0 ? row : $"{row.Split('\t')[0]}\t{(int.Parse(row.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture) + 1) % TinyTask.Classes}"));
        List<string[]> chosen = [], figures = [];
        foreach (string test in new[] { silo.Folder.File("test.tsv"), permuted })
        {
            CliHarness cli = new();
            Assert.Equal(ExitCode.Ok, await cli.RunAsync(
                "compare", Write(silo.Folder, "bag", r => r["data"]!["test"] = test), Write(silo.Folder, "cnn", r => (r["data"]!["test"], r["student"]!["kind"]) = (test, "text-cnn")),
                "--seeds", "1", "--tune", "2", "--grid", "training.learningRate=1e-6,1e-2", "--silo", silo.Silo.Address));
            chosen.Add([.. cli.Output.Split('\n').Where(l => l.Contains("learningRate", StringComparison.Ordinal))]);
            figures.Add([.. cli.Output.Split('\n').Where(l => l.StartsWith('|'))]);
        }

        Assert.Equal(["- `bag`: training.learningRate=1e-2.", "- `cnn`: training.learningRate=1e-2."], chosen[0]);
        Assert.Equal(chosen[0], chosen[1]);
        // Two settings of two recipes, whatever the test rows are, and none of them looked at.
        Run[] tries = [.. (await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs.Where(r => r.Name.EndsWith("-try", StringComparison.Ordinal))];
        Assert.Equal(4, tries.Length);
        Assert.All(tries, r => Assert.True(r.Students.Single() is { TestFigures.Count: 0, TestAccuracy: double.NaN, ValidationAccuracy: > 0 }));
        Assert.NotEqual(figures[0], figures[1]);
    }

    [Fact]
    public async Task What_cannot_be_compared_is_said_before_anything_starts()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        string one = Write(folder, "one"), two = Write(folder, "two", r => r["training"]!["seeds"] = new JsonArray(7)), untested = Write(folder, "three", r => r["data"]!.AsObject().Remove("test"));

        Assert.Contains("KD1703 at kd compare: RECIPE is missing", await RefusedAsync(), StringComparison.Ordinal);
        Assert.Contains("one row alone", await RefusedAsync(one), StringComparison.Ordinal);
        Assert.Contains("its seeds are not those", await RefusedAsync(one, two), StringComparison.Ordinal);
        Assert.Contains("only one has test rows", await RefusedAsync(one, untested), StringComparison.Ordinal);
        Assert.Contains("2 recipes are called \"one\"", await RefusedAsync(one, one), StringComparison.Ordinal);
        Assert.Contains("there is no row 'four'", await RefusedAsync(one, two, "--seeds", "2", "--reference", "four"), StringComparison.Ordinal);
        Assert.Contains("--grid is missing", await RefusedAsync(one, two, "--seeds", "2", "--tune", "2"), StringComparison.Ordinal);
        Assert.Contains("KD1798", await RefusedAsync(one, two, "--seeds", "2", "--out", Path.Combine(one, "below")), StringComparison.Ordinal);
        Assert.Contains("--tune is missing", await RefusedAsync(one, two, "--seeds", "2", "--grid", "a=1"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("home")));

        async Task<string> RefusedAsync(params string[] words)
        {
            CliHarness cli = new();
            Assert.Equal(ExitCode.Error, await cli.RunAsync(["compare", .. words, "--home", folder.File("home")]));
            return cli.Error;
        }
    }

    /// <summary>The tables still come: the user may know better, and a reader is told.</summary>
    [Fact]
    public void What_may_not_be_the_same_rows_or_tokens_is_a_note_of_the_table()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        File.Copy(folder.File("train.tsv"), folder.File("copy.tsv"));
        string one = Write(folder, "one"), limited = Write(folder, "two", r => r["data"]!["limit"] = 100), otherTest = Write(folder, "three", r => r["data"]!["test"] = folder.File("copy.tsv"));
        string part = Write(folder, "four", Unsplit), otherPart = Write(folder, "five", r =>
        {
            Unsplit(r);
            r["data"]!["train"] = folder.File("copy.tsv");
        });
        string bytes = Language("six", "[]"), taught = Language("seven", "[{ \"name\": \"a\" }]");

        Assert.Empty(Notes(one, limited));
        Assert.Contains("`three` is judged on are named otherwise", Assert.Single(Notes(one, otherTest)), StringComparison.Ordinal);
        Assert.Contains("`five` is judged on are named otherwise", Assert.Single(Notes(part, otherPart)), StringComparison.Ordinal);
        Assert.Contains("`seven` may have another tokenizer than `six`", Assert.Single(Notes(bytes, taught)), StringComparison.Ordinal);

        static void Unsplit(JsonObject recipe)
        {
            recipe["data"]!.AsObject().Remove("test");
            recipe["data"]!.AsObject().Remove("validation");
        }

        string Language(string name, string teachers)
        {
            string file = folder.File($"{name}.json");
            File.WriteAllText(file, $$"""{ "name": "{{name}}", "task": "language-modelling", "data": { "train": "a.txt" }, "student": { "kind": "gpt2" }, "teachers": {{teachers}} }""");
            return file;
        }

        static IReadOnlyList<string> Notes(params string[] files) => ComparedRecipes.Read(new Parser(CommandTable.All).Parse(["compare", .. files, "--seeds", "2"], new CliHarness().Context), 2, null).Notes;
    }

    private static string Write(TemporaryFolder folder, string name, Action<JsonObject>? change = null)
    {
        string file = folder.File($"{name}.json");
        File.WriteAllText(file, TinyTask.Recipe(folder.Path, name, change: change));
        return file;
    }
}
