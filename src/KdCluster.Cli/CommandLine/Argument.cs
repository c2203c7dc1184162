using System.CommandLine;

namespace KdCluster.Cli.CommandLine;

/// <summary>A word that a command takes by its position.</summary>
internal sealed class Argument : Argument<string>
{
    /// <summary>Declares one.</summary>
    /// <param name="name">In capitals.</param>
    /// <param name="summary">One line for the help.</param>
    /// <param name="required">Whether the command refuses to run without it; optional ones come last.</param>
    public Argument(string name, string summary, bool required = true) : base(name) =>
        (Description, Arity) = (summary, required ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne);

    /// <summary>The words it takes; null: any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Whether it takes all words that are left; the last argument may.</summary>
    public bool Repeats { get; init; }

    /// <summary>Whether the command refuses to run without it.</summary>
    public bool Required => Arity.MinimumNumberOfValues > 0;

    /// <summary>As the help shows it.</summary>
    public string Usage => (Required ? Name : $"[{Name}]") + (Repeats ? "..." : "");
}
