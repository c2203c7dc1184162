using KdCluster.Cli.CommandLine;

namespace KdCluster.Tests.Cli;

/// <summary>What holds for the help of every command of any program.</summary>
internal static class CommandHelp
{
    /// <summary>It fits 80 columns and has an example, and the example is understood.</summary>
    public static async Task CheckAsync(IReadOnlyList<Command> commands, string path)
    {
        CliHarness cli = new() { Commands = commands };
        Assert.Equal(ExitCode.Ok, await cli.RunAsync([.. path.Split(' '), "--help"]));
        Assert.Contains($"Usage: kd {path}", cli.Output, StringComparison.Ordinal);
        Assert.Contains($"Example:\n  kd {path}", cli.Output, StringComparison.Ordinal);
        Assert.All(cli.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Empty(cli.Error);

        Command command = commands.Single(c => c.Path == path);
        string[] words = command.Example.Split('\n')[0].Split(" >")[0].Split(" | ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Same(command, new Parser(commands).Parse(words[1..], cli.Context).Command);
    }
}
