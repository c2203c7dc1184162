namespace KdCluster.Cli.CommandLine;

/// <summary>An option, as in <c>--home FOLDER</c>. Declared once; values are asked for by the declaration itself.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">What follows it, in capitals; null for a switch.</param>
/// <param name="Summary">One line for the help.</param>
internal sealed record Option(string Name, string? Value, string Summary)
{
    /// <summary>Whether it may be given more than once.</summary>
    public bool Repeats { get; init; }

    /// <summary>The values it takes; null: any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>As the help shows it.</summary>
    public string Usage => Value is null ? $"--{Name}" : $"--{Name} {Value}";
}
