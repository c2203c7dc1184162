using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Runs;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Cli;

public class RecipeCheckCommandTests
{
    [Fact]
    public async Task Where_a_silo_answers_it_looks_at_what_the_recipe_names()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string good = Write(silo.Folder, "good", []), bad = Write(silo.Folder, "bad", ["ghost"]);
        CliHarness cli = new();

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("recipe", "check", good, "--silo", silo.Silo.Address));
        Assert.Contains("\"name\": \"good\"", cli.Output, StringComparison.Ordinal);
        Assert.Matches(@"class +train +validation +test", cli.Error);
        Assert.Equal(ExitCode.Error, await cli.RunAsync("recipe", "check", bad, "--silo", silo.Silo.Address));
        Assert.Contains("KD1308 at teacher ghost", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_none_answers_it_says_what_was_not_looked_at()
    {
        using TemporaryFolder folder = new();
        string file = Write(folder, "bad", ["ghost"]);

        foreach (string[] place in new string[][] { ["--home", folder.File("home")], ["--silo", "http://127.0.0.1:9"] })
        {
            CliHarness cli = new();
            Assert.Equal(ExitCode.Ok, await cli.RunAsync(["recipe", "check", file, .. place]));
            Assert.Contains("Not checked", cli.Error, StringComparison.Ordinal);
            Assert.Contains(folder.File("train.tsv"), cli.Error, StringComparison.Ordinal);
            Assert.Contains("ghost", cli.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(RunState.Cancelled, "", 0, true)]
    [InlineData(RunState.Interrupted, "", 0, true)]
    [InlineData(RunState.Failed, "KD1306", 10, true)]
    [InlineData(RunState.Failed, "KD1403", 10, true)]
    [InlineData(RunState.Failed, "KD1306", 0, false)]
    [InlineData(RunState.Failed, "KD1100", 0, false)]
    [InlineData(RunState.Failed, "KD1209", 10, false)]
    [InlineData(RunState.Failed, "KD1225", 10, false)]
    [InlineData(RunState.Succeeded, "", 10, false)]
    public void A_run_is_offered_to_be_resumed_where_that_is_of_use(RunState state, string code, long step, bool offered)
    {
        Run run = new() { State = state, Students = { new Student { Step = step } } };
        if (code.Length > 0)
        {
            run.Errors.Add(new Error { Code = code });
        }

        Assert.Equal(offered, RunText.GoesOn(run));
    }

    private static string Write(TemporaryFolder folder, string name, string[] teachers)
    {
        string file = folder.File($"{name}.json");
        File.WriteAllText(file, TinyTask.Recipe(folder.Path, name, teachers: teachers.Length == 0 ? null : teachers));
        return file;
    }
}
