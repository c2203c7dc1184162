using System.CommandLine;

namespace KdCluster.Cli.CommandLine;

/// <summary>An option, as in <c>--home FOLDER</c>. Declared once; values are asked for by the declaration itself.</summary>
internal sealed class Option : Option<string[]>
{
    /// <summary>Declares an option.</summary>
    /// <param name="name">Without the dashes.</param>
    /// <param name="value">What follows it, in capitals; null for a switch.</param>
    /// <param name="summary">One line for the help.</param>
    /// <param name="aliases">Other names, with their dashes.</param>
    public Option(string name, string? value, string summary, params string[] aliases) : base($"--{name}", aliases) =>
        (HelpName, Description, Arity) = (value, summary, value is null ? ArgumentArity.Zero : ArgumentArity.ExactlyOne);

    /// <summary>Whether it may be given more than once.</summary>
    public bool Repeats
    {
        get => Arity.MaximumNumberOfValues > 1;
        init => Arity = value ? ArgumentArity.OneOrMore : Arity;
    }

    /// <summary>For a switch: the value that an earlier version wanted, and that is accepted still.</summary>
    public string? Formerly
    {
        get;
        init => (field, Arity) = (value, value is null ? Arity : ArgumentArity.ZeroOrOne);
    }

    /// <summary>The values it takes; null: any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Whether a value follows it.</summary>
    public bool TakesValue => HelpName is not null;

    /// <summary>As the help shows it.</summary>
    public string Usage => HelpName is null ? Name : $"{Name} {HelpName}";
}
