using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using KdCluster.Recipes;

namespace KdCluster.Cli.CommandLine;

/// <summary>Reads a command line by the table of commands. All that is wrong with it is reported at once.</summary>
/// <param name="commands">The table.</param>
internal sealed partial class Parser(IReadOnlyList<Command> commands)
{
    private readonly CommandTree _tree = new(commands);

    /// <summary>Whether a line is a shell's question what may stand at the end of another: <c>[suggest:N] LINE</c>.</summary>
    public static bool AsksForCompletion(string[] args) => args is [var first, _] && Question().IsMatch(first);

    /// <summary>The answer to that question, a word a line.</summary>
    public string Complete(string[] args)
    {
        using var words = new StringWriter();
        _tree.Parse(args).Invoke(new InvocationConfiguration { Output = words, EnableDefaultExceptionHandler = false });
        return words.ToString();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="context">The world around it.</param>
    /// <exception cref="KdException"><c>KD1701</c> no command, <c>KD1702</c> unknown option, <c>KD1703</c> something missing, <c>KD1704</c> a wrong value, <c>KD1705</c> a word too many.</exception>
    public Invocation Parse(IReadOnlyList<string> args, CliContext context)
    {
        ParseResult line = _tree.Parse(args);
        if (_tree.Chosen(line) is not { } command)
            throw NoCommand(args);
        string[] path = command.Path.Split(' ');
        if (!args.Take(path.Length).SequenceEqual(path))
            throw new KdException("KD1701", "the words of a command must come first.", "kd", $"Write kd {command.Path}, and everything else after it.");
        List<KdError> errors = [];
        List<string> words = [.. line.CommandResult.Tokens.Select(t => t.Value), .. line.UnmatchedTokens];
        string[] dashed = [.. args.Skip(path.Length).TakeWhile(w => w != "--").Where(w => w.Length > 1 && w.StartsWith('-'))];
        foreach (string word in dashed)
            CheckName(command, word, words, errors);
        foreach (Option option in command.AllOptions)
        {
            if (line.GetResult(option) is { } given)
                CheckValues(option, given, dashed, errors);
        }

        if (line.GetResult(CommonOptions.Help) is null)
            CheckWords(command, words, errors);
        return errors.Count == 0 ? new Invocation(command, context, words, line) : throw new KdException(errors);
    }

    [GeneratedRegex(@"^\[suggest(:[0-9]{1,9})?\]$")]
    private static partial Regex Question();

    private KdException NoCommand(IReadOnlyList<string> args)
    {
        string first = args[0];
        string[] inGroup = [.. commands.Select(c => c.Path).Where(p => p.StartsWith(first + " ", StringComparison.Ordinal))];
        if (inGroup.Length == 0)
        {
            string? near = NearestName.Of(first, commands.Select(c => c.Path.Split(' ')[0]).Distinct());
            return new KdException("KD1701", $"there is no command '{first}'.", "kd", near is null ? "kd --help lists the commands." : $"Did you mean kd {near}?");
        }

        string[] names = [.. inGroup.Select(p => p[(first.Length + 1)..])];
        if (args.Count == 1 || args[1].StartsWith('-'))
            return new KdException("KD1701", "a command is missing.", $"kd {first}", $"One of: {string.Join(", ", names)}.");
        string? nearest = NearestName.Of(args[1], names);
        return new KdException("KD1701", $"there is no command '{args[1]}'.", $"kd {first}", nearest is null ? $"One of: {string.Join(", ", names)}." : $"Did you mean kd {first} {nearest}?");
    }

    // What is no option, System.CommandLine takes for a word, and the value of a switch too: both leave the words here.
    private static void CheckName(Command command, string word, List<string> words, List<KdError> errors)
    {
        string name = word.Split('=', ':')[0];
        if (command.AllOptions.FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name)) is { } option)
        {
            if (option.TakesValue || name == word || (option.Formerly is { } former && word[(name.Length + 1)..] == former))
                return;
            words.Remove(word[(name.Length + 1)..]);
            errors.Add(new KdError("KD1704", "this option takes no value.", option.Name));
        }
        else if (words.Remove(word) || word.StartsWith("--", StringComparison.Ordinal))
        {
            string? near = NearestName.Of(name.TrimStart('-'), command.AllOptions.Select(o => o.Name.TrimStart('-')));
            errors.Add(new KdError("KD1702", $"there is no option {name}.", $"kd {command.Path}", near is null ? $"kd {command.Path} --help lists the options." : $"Did you mean --{near}?"));
        }
    }

    private static void CheckValues(Option option, OptionResult given, string[] dashed, List<KdError> errors)
    {
        string[] values = [.. given.Tokens.Select(t => t.Value)];
        if (option.TakesValue && (given.IdentifierTokenCount > values.Length || values.Any(v => v.Length == 0 || IsName(v)) || dashed.Any(w => w == option.Name + "=" || w == option.Name + ":")))
            errors.Add(new KdError("KD1703", "its value is missing.", option.Name, $"Write {option.Usage}."));
        else if (!option.TakesValue && values.FirstOrDefault(v => v != option.Formerly && !dashed.Contains($"{option.Name}={v}") && !dashed.Contains($"{option.Name}:{v}")) is not null)
            errors.Add(new KdError("KD1704", "this option takes no value.", option.Name));
        else if (option.Choices is { } choices && values.FirstOrDefault(v => !choices.Contains(v)) is { } wrong)
            errors.Add(new KdError("KD1704", $"'{wrong}' is not one of its values.", option.Name, $"One of: {string.Join(", ", choices)}."));
        if (given.IdentifierTokenCount > 1 && !option.Repeats)
            errors.Add(new KdError("KD1704", "given twice.", option.Name, "Give it once."));

        // A word with two dashes is a value only behind an equals sign: otherwise the value was forgotten.
        bool IsName(string value) => value.StartsWith("--", StringComparison.Ordinal) && !dashed.Contains($"{option.Name}={value}") && !dashed.Contains($"{option.Name}:{value}");
    }

    private static void CheckWords(Command command, List<string> words, List<KdError> errors)
    {
        foreach (Argument missing in command.Arguments.Skip(words.Count).Where(a => a.Required))
            errors.Add(new KdError("KD1703", $"{missing.Name} is missing.", $"kd {command.Path}", missing.Description));
        foreach ((Argument argument, string word) in command.Arguments.Zip(words).Where(p => p.First.Choices?.Contains(p.Second) == false))
            errors.Add(new KdError("KD1704", $"'{word}' is not one of its values.", argument.Name, $"One of: {string.Join(", ", argument.Choices!)}."));
        foreach (string extra in command.Arguments is [.., { Repeats: true }] ? [] : words.Skip(command.Arguments.Count))
            errors.Add(new KdError("KD1705", $"'{extra}' is an extra word.", $"kd {command.Path}", $"kd {command.Path} --help shows its arguments."));
    }
}
