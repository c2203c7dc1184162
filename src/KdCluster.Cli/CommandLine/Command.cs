namespace KdCluster.Cli.CommandLine;

/// <summary>One command of the program: what it takes, an example, and what it does.</summary>
internal sealed record Command
{
    /// <summary>The words that choose it, such as <c>run start</c>.</summary>
    public required string Path { get; init; }

    /// <summary>One line for the help.</summary>
    public required string Summary { get; init; }

    /// <summary>Positional words, in order.</summary>
    public IReadOnlyList<Argument> Arguments { get; init; } = [];

    /// <summary>Its options; <see cref="CommonOptions.Everywhere"/> are added to them.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>What else a user should know; may be several lines.</summary>
    public string Remarks { get; init; } = "";

    /// <summary>A line that works.</summary>
    public required string Example { get; init; }

    /// <summary>Does it and gives the exit code (<see cref="ExitCode"/>).</summary>
    public required Func<Invocation, CancellationToken, Task<int>> Run { get; init; }

    /// <summary>All options that it takes.</summary>
    public IEnumerable<Option> AllOptions => Options.Concat(CommonOptions.Everywhere);
}
