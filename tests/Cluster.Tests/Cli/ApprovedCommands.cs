using KdCluster.Cli.CommandLine;

namespace KdCluster.Tests.Cli;

/// <summary>Commands as the lines of an approved list.</summary>
internal static class ApprovedCommands
{
    /// <summary>The command with its words, and each of its options; an option's other name has a line too.</summary>
    public static IEnumerable<string> Lines(Command command)
    {
        yield return string.Join(' ', command.Arguments.Select(a => a.Usage + Choices(a.Choices)).Prepend($"kd {command.Path}"));
        foreach (Option option in command.AllOptions)
        {
            foreach (string name in option.Aliases.Where(a => a.StartsWith("--", StringComparison.Ordinal)).Prepend(option.Name))
                yield return $"kd {command.Path} {name}{option.Usage[option.Name.Length..]}{Choices(option.Choices)}{(option.Repeats ? " repeats" : "")}";
        }
    }

    private static string Choices(IReadOnlyList<string>? words) => words is null ? "" : $" ({string.Join('|', words)})";
}
