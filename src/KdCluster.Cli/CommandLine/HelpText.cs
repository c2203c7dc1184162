using System.Text;
using KdCluster.Cli.Output;

namespace KdCluster.Cli.CommandLine;

/// <summary>Writes the help of the program, of a group and of a command, out of the table.</summary>
internal static class HelpText
{
    private static readonly string[] s_words = ["--help", "-h", "help"];

    /// <summary>The help that a line asks for with nothing but the words of a command; null when it says more, or another thing.</summary>
    public static string? Asked(IReadOnlyList<Command> commands, string[] args, int width)
    {
        // `kd help run start` is `kd run start --help`.
        if (args is ["help", _, ..])
            args = [.. args[1..], "--help"];
        if (args.Length == 0 || s_words.Contains(args[0]))
            return Of(commands, null, width);
        string path = string.Join(' ', args[..^1]);
        if (args[^1] is "--help" or "-h" && commands.FirstOrDefault(c => c.Path == path) is { } command)
            return Of(command, width);
        return args is [var group, var word] && s_words.Contains(word) && commands.Any(c => c.Path.StartsWith(group + " ", StringComparison.Ordinal)) ? Of(commands, group, width) : null;
    }

    /// <summary>The help of the program, or of the commands whose path starts with <paramref name="group"/>.</summary>
    private static string Of(IReadOnlyList<Command> commands, string? group, int width)
    {
        var text = new StringBuilder();
        text.Append(group is null
            ? "kd: distils several teachers into one small student\n\nUsage: kd COMMAND [OPTIONS]\n\nCommands:\n"
            : $"Usage: kd {group} COMMAND [OPTIONS]\n\nCommands:\n");
        IEnumerable<Command> shown = commands.Where(c => group is null || c.Path.StartsWith(group + " ", StringComparison.Ordinal));
        Rows(text, [.. shown.Select(c => (Head(c), c.Summary))], width);
        text.Append('\n').Append(TextWrap.Wrap(ExitCode.Help, width)).Append('\n');
        text.Append("kd COMMAND --help explains one command and gives an example.\n");
        return text.ToString();
    }

    /// <summary>The help of one command.</summary>
    public static string Of(Command command, int width)
    {
        var text = new StringBuilder();
        text.Append(TextWrap.Wrap(command.Summary, width)).Append("\n\n");
        text.Append($"Usage: kd {Head(command)} [OPTIONS]\n");
        if (command.Arguments.Count > 0)
        {
            text.Append("\nArguments:\n");
            Rows(text, [.. command.Arguments.Select(a => (a.Name, a.Description!))], width);
        }

        text.Append("\nOptions:\n");
        Rows(text, [.. command.AllOptions.Select(o => (o.Usage, Describe(o)))], width);
        if (command.Remarks.Length > 0)
            text.Append('\n').Append(TextWrap.Wrap(command.Remarks, width)).Append('\n');
        text.Append($"\nExample:\n  {command.Example.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
        return text.ToString();
    }

    private static string Head(Command command) => string.Join(' ', command.Arguments.Select(a => a.Usage).Prepend(command.Path));

    private static string Describe(Option option) => option.Repeats ? $"{option.Description}. May be repeated" : option.Description!;

    private static void Rows(StringBuilder text, IReadOnlyList<(string Left, string Right)> rows, int width)
    {
        int left = Math.Min(28, rows.Max(r => r.Left.Length));
        foreach ((string head, string rest) in rows)
        {
            string[] lines = TextWrap.Wrap(rest, Math.Max(24, width - left - 4)).Split('\n');
            bool beside = head.Length <= left;
            text.Append("  ").Append(beside ? head.PadRight(left) + "  " + lines[0] : head).Append('\n');
            foreach (string line in beside ? lines[1..] : lines)
                text.Append(' ', left + 4).Append(line).Append('\n');
        }
    }
}
