using System.Globalization;

namespace KdCluster.Cli.CommandLine;

/// <summary>A command with what was given to it.</summary>
internal sealed class Invocation
{
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyDictionary<Option, List<string>> _options;

    internal Invocation(Command command, CliContext context, IReadOnlyList<string> arguments, IReadOnlyDictionary<Option, List<string>> options) =>
        (Command, Context, _arguments, _options) = (command, context, arguments, options);

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

    /// <summary>Whether an option was given.</summary>
    public bool Has(Option option) => _options.ContainsKey(option);

    /// <summary>An option's value; null when it was not given.</summary>
    public string? Value(Option option) => _options.TryGetValue(option, out List<string>? values) ? values[^1] : null;

    /// <summary>All values of an option that repeats.</summary>
    public IReadOnlyList<string> Values(Option option) => _options.TryGetValue(option, out List<string>? values) ? values : [];

    /// <summary>An option's value.</summary>
    /// <exception cref="KdException"><c>KD1703</c>: it was not given.</exception>
    public string Needed(Option option) => Value(option)
        ?? throw new KdException("KD1703", $"--{option.Name} is missing.", Place, $"Add {option.Usage}.");

    /// <summary>An option's value as a whole number of at least <paramref name="least"/>; null when it was not given.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: it is not one.</exception>
    public int? Number(Option option, int least)
    {
        if (Value(option) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new KdException("KD1704", $"'{text}' is not a whole number from {least} on.", $"--{option.Name}");
    }

    private string Place => $"kd {Command.Path}";
}
