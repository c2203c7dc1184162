using System.Reflection;
using System.Text.RegularExpressions;
using KdCluster.Cli;
using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;

namespace KdCluster.Tests.Cli;

/// <summary>What scripts of users are written against.</summary>
public sealed partial class ApprovedCommandsTests
{
    [Fact]
    public void No_command_option_or_exit_code_is_lost() =>
        ApprovedList.LosesNothing("tests/Cluster.Tests/Approved/commands.txt", CommandTable.All.SelectMany(ApprovedCommands.Lines).Concat(ExitCodes()));

    [Fact]
    public void No_variable_is_lost()
    {
        IEnumerable<string> sources = Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "src", "KdCluster.Cli"), "*.cs", SearchOption.AllDirectories);
        ApprovedList.LosesNothing(
            "tests/Cluster.Tests/Approved/variables.txt",
            sources.SelectMany(f => Variable().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Except(SiloSettings.All.Select(s => s.Variable)));
    }

    /// <summary>Every word that stands for another: each must answer as that one does.</summary>
    [Theory]
    [InlineData("", "--help")]
    [InlineData("-h", "--help")]
    [InlineData("help", "--help")]
    [InlineData("run -h", "run --help")]
    [InlineData("run help", "run --help")]
    [InlineData("run start -h", "run start --help")]
    [InlineData("help run start", "run start --help")]
    public async Task Aliases_answer_as_what_they_stand_for(string alias, string stands)
    {
        CliHarness one = new(), other = new();
        Assert.Equal(ExitCode.Ok, await one.RunAsync(alias.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(ExitCode.Ok, await other.RunAsync(stands.Split(' ')));
        Assert.Equal(other.Output, one.Output);
    }

    [Fact]
    public async Task The_version_is_told()
    {
        CliHarness cli = new();
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("--version"));
        Assert.Matches(@"^kd \d+\.\d+", cli.Output);
    }

    private static IEnumerable<string> ExitCodes() => typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.FieldType == typeof(int)).Select(f => $"exit {f.GetRawConstantValue()} {f.Name}");

    [GeneratedRegex("\"(KD_[A-Z_]*[A-Z]|NO_COLOR)\"")]
    private static partial Regex Variable();
}
