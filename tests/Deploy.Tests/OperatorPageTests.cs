using System.Text.RegularExpressions;
using KdCluster.Cli;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

namespace KdCluster.Tests;

/// <summary>The page for the operator, as far as it can be held to the program.</summary>
public partial class OperatorPageTests
{
    public static TheoryData<string> Commands => new(
        Block().Matches(RepositoryFiles.Text("docs/operate.md")).Where(b => b.Groups[1].Length == 0).SelectMany(b => b.Groups[2].Value.Split('\n'))
            .Where(l => l.StartsWith("./kd ", StringComparison.Ordinal) && !l.StartsWith("./kd setup", StringComparison.Ordinal)).Distinct());

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_is_one_of_kd_with_options_that_it_has(string line)
    {
        string[] words = line.Split(" > ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        new Parser(CommandTable.All).Parse(words, new CliContext { Terminal = new Terminal(TextWriter.Null, TextWriter.Null) });
    }

    [Fact]
    public void Every_link_leads_to_a_page()
    {
        foreach (string page in Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(RepositoryFiles.Root, "README.md")))
        {
            foreach (string link in Link().Matches(File.ReadAllText(page)).Select(m => m.Groups[1].Value).Where(l => !l.Contains("://", StringComparison.Ordinal)))
            {
                Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link)), $"{Path.GetFileName(page)}: {link}");
            }
        }
    }

    [GeneratedRegex("^```([a-z]*)\\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
