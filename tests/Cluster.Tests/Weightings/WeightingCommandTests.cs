using KdCluster.Cli.CommandLine;
using KdCluster.Learning.Weightings;
using KdCluster.Tests.Cli;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Weightings;

/// <summary>What people are told of weightings, on the command line and over the wire.</summary>
public sealed class WeightingCommandTests
{
    [Fact]
    public async Task A_policy_is_listed_shown_asked_and_exported()
    {
        await using TinySilo silo = await WeightingGrainTests.StartAsync();
        Run run = await silo.RunAsync(WeightingGrainTests.Recipe(silo, 2, r =>
        {
            r["baselines"] = new System.Text.Json.Nodes.JsonArray("alone", "uniform");
            r["training"]!["seeds"] = new System.Text.Json.Nodes.JsonArray(4, 7);
        }));
        string[] at = ["--silo", silo.Silo.Address];

        string list = await OutputAsync(["weighting", "list", .. at]);
        Assert.Equal(4, list.Split('\n').Count(l => l.StartsWith(run.Id, StringComparison.Ordinal)));
        Assert.DoesNotContain("alone", list, StringComparison.Ordinal);

        string own = await OutputAsync(["weighting", "show", run.Id, .. at]), second = await OutputAsync(["weighting", "show", run.Id, "--seed", "7", .. at]);
        Assert.Contains("Weighting reinforced of run", own, StringComparison.Ordinal);
        Assert.Contains("seed 4: done.", own, StringComparison.Ordinal);
        Assert.Contains("Not at work", own, StringComparison.Ordinal);
        Assert.NotEqual(Fingerprint(own), Fingerprint(second));
        Assert.Contains(Fingerprint(own)[..12], list, StringComparison.Ordinal);
        Assert.Contains(".50", await OutputAsync(["weighting", "show", run.Id, "--variant", "uniform", .. at]), StringComparison.Ordinal);

        CliHarness every = await KdAsync(["weighting", "ask", run.Id, "--text", "own1x3 any7 own1x9", .. at]);
        Assert.Equal(3, every.Output.Split('\n').Count(l => l.StartsWith("if ", StringComparison.Ordinal)));
        Assert.Contains("a row for each class", every.Error, StringComparison.Ordinal);
        string one = await OutputAsync(["weighting", "ask", run.Id, "--text", "own1x3 any7 own1x9", "--label", "1", .. at]);
        Assert.Contains(every.Output.Split('\n').Single(l => l.StartsWith("if 1", StringComparison.Ordinal)), one, StringComparison.Ordinal);

        string file = silo.Folder.File("policy.safetensors");
        await OutputAsync(["weighting", "export", run.Id, file, .. at]);
        LearnedPolicy policy = LearnedPolicy.Read(file);
        Assert.Equal(Fingerprint(own), policy.Fingerprint);
        Assert.Equal($"{run.Id}/reinforced/4", policy.Origin);
        Assert.Equal(["bag", "cnn"], policy.Inputs.Teachers.Select(t => t.Name));

        string disputed = await OutputAsync(["run", "weights", run.Id, "--most-disputed", "4", .. at]);
        string[] rows = [.. disputed.Split('\n').Skip(2).Where(l => l.Length > 0)];
        Assert.Equal(4, rows.Length);
        string first = rows[0].Trim().Split(' ')[0];
        string[] texts = await File.ReadAllLinesAsync(silo.Folder.File("train.tsv"));
        Assert.Contains(texts[int.Parse(first, System.Globalization.CultureInfo.InvariantCulture) + 1].Split('\t')[0], await OutputAsync(["run", "weights", run.Id, "--instance", first, .. at]), StringComparison.Ordinal);

        foreach ((string code, string[] line) in new (string, string[])[]
        {
            ("KD1501", ["weighting", "show", "none"]),
            ("KD1507", ["weighting", "show", run.Id, "--seed", "5"]),
            ("KD1351", ["weighting", "export", run.Id, file, "--variant", "uniform"]),
            ("KD1106", ["weighting", "ask", run.Id, "--text", "x", "--label", "nine"]),
            ("KD1703", ["weighting", "ask", run.Id]),
            ("KD1508", ["run", "weights", run.Id, "--variant", "alone"]),
            ("KD1509", ["run", "weights", run.Id, "--instance", "240"]),
            ("KD1704", ["weighting", "show", run.Id, "--seed", "one"]),
        })
        {
            CliHarness refused = await KdAsync([.. line, .. at]);
            Assert.Contains(code, refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_policy_is_not_asked_with_other_teachers_than_it_learned_with()
    {
        await using TinySilo silo = await WeightingGrainTests.StartAsync();
        Run run = await silo.RunAsync(WeightingGrainTests.Recipe(silo, 2));
        await silo.TeacherAsync("cnn", "text-cnn", seed: 3);

        KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.Client.Run(run.Id).Weighting().AskAsync("any7"));

        Assert.Equal("KD1350", refused.Code);
        Assert.Contains("its teacher 2 is cnn", refused.Message, StringComparison.Ordinal);
    }

    private static string Fingerprint(string shown) => shown.Split("Learned so far: ")[1][..64];

    private static async Task<string> OutputAsync(params string[] line)
    {
        CliHarness kd = new();
        Assert.True(await kd.RunAsync(line) == ExitCode.Ok, kd.Error);
        return kd.Output;
    }

    private static async Task<CliHarness> KdAsync(params string[] line)
    {
        CliHarness kd = new();
        await kd.RunAsync(line);
        return kd;
    }
}
