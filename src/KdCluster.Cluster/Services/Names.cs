namespace KdCluster.Cluster.Services;

/// <summary>What people may call teachers and runs: names become file names and grain keys.</summary>
internal static class Names
{
    public const int MaxLength = 100;

    /// <summary>Whether something may be named so.</summary>
    public static bool Good(string? name) =>
        name is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <exception cref="KdException"><c>KD1604</c>: the name has other characters, or is too long.</exception>
    public static void Check(string name, string what)
    {
        if (!Good(name))
        {
            throw new KdException("KD1604", $"'{name}' cannot name a {what}.", null, $"Use up to {MaxLength} letters, digits, dots, dashes and underscores, a letter or digit first.");
        }
    }
}
