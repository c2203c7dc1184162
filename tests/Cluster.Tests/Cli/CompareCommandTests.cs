using System.Text.Json.Nodes;
using KdCluster.Cli.CommandLine;
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
        Assert.Equal(cli.Output, again.Output);
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
        Assert.Contains("--tune is missing", await RefusedAsync(one, two, "--seeds", "2", "--grid", "a=1"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("home")));

        async Task<string> RefusedAsync(params string[] words)
        {
            CliHarness cli = new();
            Assert.Equal(ExitCode.Error, await cli.RunAsync(["compare", .. words, "--home", folder.File("home")]));
            return cli.Error;
        }
    }

    private static string Write(TemporaryFolder folder, string name, Action<JsonObject>? change = null)
    {
        string file = folder.File($"{name}.json");
        File.WriteAllText(file, TinyTask.Recipe(folder.Path, name, change: change));
        return file;
    }
}
