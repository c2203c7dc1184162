using KdCluster.Cli;
using KdCluster.Cli.CommandLine;

namespace KdCluster.Tests.Cli;

public sealed class CliProgramTests
{
    public static TheoryData<string> Paths => new(CommandTable.All.Select(c => c.Path));

    [Theory]
    [MemberData(nameof(Paths))]
    public Task Every_command_has_a_help_that_fits_80_columns_with_an_example_that_is_understood(string path) => CommandHelp.CheckAsync(CommandTable.All, path);

    [Fact]
    public void Commands_and_their_options_have_names_of_their_own()
    {
        Assert.Equal(CommandTable.All.Count, CommandTable.All.Select(c => c.Path).Distinct().Count());
        Assert.All(CommandTable.All, c => Assert.Equal(c.AllOptions.Count(), c.AllOptions.Select(o => o.Name).Distinct().Count()));
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task The_help_lists_every_command(params string[] args)
    {
        var cli = new CliHarness();
        Assert.Equal(ExitCode.Ok, await cli.RunAsync(args));
        Assert.All(CommandTable.All, c => Assert.Contains($"  {c.Path}", cli.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_group_has_a_help()
    {
        var cli = new CliHarness();
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("run", "--help"));
        Assert.Contains("run resume ID", cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("recipe check", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_before_a_command_is_its_help()
    {
        var cli = new CliHarness();
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("help", "run", "start"));
        Assert.Contains("Usage: kd run start RECIPE", cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean kd run?", "rnu")]
    [InlineData("Did you mean kd run start?", "run", "strat")]
    [InlineData("One of: start, watch", "run")]
    [InlineData("kd --help lists the commands", "xylophone")]
    [InlineData("kd --help lists the commands", "[xylophone]", "run")]
    [InlineData("Write kd run list", "--verbose", "run", "list")]
    [InlineData("Write kd silo drain", "silo", "--url", "http://127.0.0.1:1", "drain")]
    public async Task A_wrong_command_is_refused_with_a_suggestion(string says, params string[] args)
    {
        var cli = new CliHarness();
        Assert.Equal(ExitCode.Error, await cli.RunAsync(args));
        Assert.StartsWith("KD1701 at kd", cli.Error, StringComparison.Ordinal);
        Assert.Contains(says, cli.Error, StringComparison.Ordinal);
        Assert.Empty(cli.Output);
    }

    [Fact]
    public async Task A_recipes_mistakes_go_to_the_error_stream_one_line_each()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "name": "x", "data": { "builtIn": "dotnet-docs" }, "student": { "kind": "text-cnm" }, "trainin": {} }""");
        var cli = new CliHarness();
        Assert.Equal(ExitCode.Error, await cli.RunAsync("recipe", "check", file));
        File.Delete(file);
        string[] lines = cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, l => Assert.Matches(@"^KD10\d\d at .*:1 ", l));
        Assert.DoesNotContain("   at ", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_shows_the_stack()
    {
        var cli = new CliHarness();
        Assert.Equal(ExitCode.Error, await cli.RunAsync("recipe", "check", "no-such-file.json", "--verbose"));
        Assert.Contains("   at KdCluster.", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_is_told_before_a_silo_starts()
    {
        using Support.TemporaryFolder folder = new();
        string file = folder.File("appsettings.json");
        await File.WriteAllTextAsync(file, "{ \"KdCluster\": ");
        var cli = new CliHarness();
        Assert.Equal(ExitCode.Error, await cli.RunAsync("silo", "--config", file));
        Assert.StartsWith($"KD1613 at {file}", cli.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "{ \"KdCluster\": { \"SiloPort\": \"high\" } }");
        cli = new CliHarness();
        Assert.Equal(ExitCode.Error, await cli.RunAsync("silo", "--config", file));
        Assert.StartsWith($"KD1606 at {file}, KdCluster:SiloPort", cli.Error, StringComparison.Ordinal);
    }
}
