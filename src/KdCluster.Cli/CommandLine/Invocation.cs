using System.CommandLine;
using System.Globalization;

namespace KdCluster.Cli.CommandLine;

/// <summary>A command with what was given to it.</summary>
internal sealed class Invocation
{
    private readonly IReadOnlyList<string> _arguments;
    private readonly ParseResult _line;

    internal Invocation(Command command, CliContext context, IReadOnlyList<string> arguments, ParseResult line) =>
        (Command, Context, _arguments, _line) = (command, context, arguments, line);

    /// <summary>The command.</summary>
    public Command Command { get; }

    /// <summary>The world around it.</summary>
    public CliContext Context { get; }

    /// <summary>Where it writes.</summary>
    public Output.Terminal Terminal => Context.Terminal;

    /// <summary>The n-th positional word; null when it is optional and absent.</summary>
    public string? Argument(int index) => index < _arguments.Count ? _arguments[index] : null;

    /// <summary>The n-th positional word, of those that the parser has made sure of.</summary>
    public string Required(int index) => _arguments[index];

    /// <summary>All positional words.</summary>
    public IReadOnlyList<string> Words => _arguments;

    /// <summary>Whether an option was given.</summary>
    public bool Has(Option option) => _line.GetResult(option) is not null;

    /// <summary>An option's value; null when it was not given.</summary>
    public string? Value(Option option) => Values(option) is [.., var last] ? last : null;

    /// <summary>All values of an option that repeats.</summary>
    public IReadOnlyList<string> Values(Option option) => _line.GetResult(option) is { } given ? [.. given.Tokens.Select(t => t.Value)] : [];

    /// <summary>An option's value.</summary>
    /// <exception cref="KdException"><c>KD1703</c>: it was not given.</exception>
    public string Needed(Option option) => Value(option)
        ?? throw new KdException("KD1703", $"{option.Name} is missing.", Place, $"Add {option.Usage}.");

    /// <summary>An option's value as a whole number of at least <paramref name="least"/>; null when it was not given.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: it is not one.</exception>
    public int? Number(Option option, int least)
    {
        if (Value(option) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new KdException("KD1704", $"'{text}' is not a whole number of at least {least}.", option.Name);
    }

    private string Place => $"kd {Command.Path}";
}
