namespace KdCluster.Cli.CommandLine;

/// <summary>A word that a command takes by its position.</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Summary">One line for the help.</param>
/// <param name="Required">Whether the command refuses to run without it; optional ones come last.</param>
internal sealed record Argument(string Name, string Summary, bool Required = true)
{
    /// <summary>As the help shows it.</summary>
    public string Usage => Required ? Name : $"[{Name}]";
}
