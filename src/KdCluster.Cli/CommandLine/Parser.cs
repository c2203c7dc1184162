using KdCluster.Recipes;

namespace KdCluster.Cli.CommandLine;

/// <summary>Reads a command line by the table of commands. All that is wrong with it is reported at once.</summary>
/// <param name="commands">The table.</param>
internal sealed class Parser(IReadOnlyList<Command> commands)
{
    /// <summary>The command that the first words choose, and the words that are left; null when they choose none.</summary>
    public Command? Choose(ReadOnlySpan<string> args, out int words)
    {
        for (words = Math.Min(2, args.Length); words > 0; words--)
        {
            string path = string.Join(' ', args[..words].ToArray());
            if (commands.FirstOrDefault(c => c.Path == path) is { } command)
                return command;
        }

        return null;
    }

    /// <summary>Reads what is given to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="args">The words after its path.</param>
    /// <param name="context">The world around it.</param>
    /// <exception cref="KdException"><c>KD1702</c> unknown option, <c>KD1703</c> something missing, <c>KD1704</c> a wrong value, <c>KD1705</c> a word too many.</exception>
    public static Invocation Parse(Command command, ReadOnlySpan<string> args, CliContext context)
    {
        List<KdError> errors = [];
        List<string> arguments = [];
        Dictionary<Option, List<string>> options = [];
        bool wordsOnly = false;
        for (int i = 0; i < args.Length; i++)
        {
            string word = args[i];
            if (wordsOnly || word == "-" || !word.StartsWith('-'))
            {
                arguments.Add(word);
                continue;
            }

            if (word == "--")
            {
                wordsOnly = true;
                continue;
            }

            (string name, string? value) = Split(word);
            if (command.AllOptions.FirstOrDefault(o => o.Name == name) is not { } option)
            {
                errors.Add(Unknown(command, word, name));
                continue;
            }

            if (option.Value is not null && value is null && i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
                value = args[++i];
            Take(option, value, options, errors);
        }

        if (!options.ContainsKey(CommonOptions.Help))
            Count(command, arguments, errors);
        return errors.Count == 0 ? new Invocation(command, context, arguments, options) : throw new KdException(errors);
    }

    /// <summary>What is wrong with words that choose no command.</summary>
    public KdException NoCommand(ReadOnlySpan<string> args)
    {
        string first = args[0];
        string[] inGroup = [.. commands.Select(c => c.Path).Where(p => p.StartsWith(first + " ", StringComparison.Ordinal))];
        if (inGroup.Length == 0)
        {
            string? near = NearestName.Of(first, commands.Select(c => c.Path.Split(' ')[0]).Distinct());
            return new KdException("KD1701", $"there is no command '{first}'.", "kd", near is null ? "kd --help lists the commands." : $"Did you mean kd {near}?");
        }

        string[] names = [.. inGroup.Select(p => p[(first.Length + 1)..])];
        if (args.Length == 1 || args[1].StartsWith('-'))
            return new KdException("KD1701", "a command is missing.", $"kd {first}", $"One of: {string.Join(", ", names)}.");
        string? nearest = NearestName.Of(args[1], names);
        return new KdException("KD1701", $"there is no command '{args[1]}'.", $"kd {first}", nearest is null ? $"One of: {string.Join(", ", names)}." : $"Did you mean kd {first} {nearest}?");
    }

    private static (string Name, string? Value) Split(string word)
    {
        if (word == "-h")
            return (CommonOptions.Help.Name, null);
        if (!word.StartsWith("--", StringComparison.Ordinal))
            return (word, null);   // one dash: no option's name
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word[2..], null) : (word[2..equals], word[(equals + 1)..]);
    }

    private static KdError Unknown(Command command, string word, string name)
    {
        string? near = NearestName.Of(name.TrimStart('-'), command.AllOptions.Select(o => o.Name));
        string shown = word.Split('=')[0];
        return new KdError("KD1702", $"there is no option {shown}.", $"kd {command.Path}", near is null ? $"kd {command.Path} --help lists the options." : $"Did you mean --{near}?");
    }

    private static void Take(Option option, string? value, Dictionary<Option, List<string>> options, List<KdError> errors)
    {
        string place = $"--{option.Name}";
        if (option.Value is null && value is not null)
            errors.Add(new KdError("KD1704", "this option takes no value.", place));
        else if (option.Value is not null && string.IsNullOrEmpty(value))
            errors.Add(new KdError("KD1703", "its value is missing.", place, $"Write {option.Usage}."));
        else if (option.Choices is { } choices && !choices.Contains(value))
            errors.Add(new KdError("KD1704", $"'{value}' is none of its values.", place, $"One of: {string.Join(", ", choices)}."));
        else if (!options.TryGetValue(option, out List<string>? values))
            options[option] = [value ?? ""];
        else if (option.Repeats)
            values.Add(value!);
        else
            errors.Add(new KdError("KD1704", "given twice.", place, "Give it once."));
    }

    private static void Count(Command command, List<string> arguments, List<KdError> errors)
    {
        foreach (Argument missing in command.Arguments.Skip(arguments.Count).Where(a => a.Required))
            errors.Add(new KdError("KD1703", $"{missing.Name} is missing.", $"kd {command.Path}", missing.Summary));
        foreach (string extra in arguments.Skip(command.Arguments.Count))
            errors.Add(new KdError("KD1705", $"'{extra}' is one word too many.", $"kd {command.Path}", $"kd {command.Path} --help shows what it takes."));
    }
}
