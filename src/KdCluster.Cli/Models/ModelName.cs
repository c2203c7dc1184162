using System.Text.RegularExpressions;
using KdCluster.Cli.CommandLine;

namespace KdCluster.Cli.Models;

/// <summary>Names of trained models and deployed teachers: they become folders.</summary>
internal static partial class ModelName
{
    public static readonly Argument Argument = new("NAME", "The teacher's name");

    /// <summary>The name, checked.</summary>
    /// <exception cref="KdException"><c>KD1704</c>: it is no such name.</exception>
    public static string Checked(string name) => Form().IsMatch(name)
        ? name
        : throw new KdException("KD1704", $"'{name}' cannot be a teacher's name.", "NAME", "Use letters, digits, dots and dashes; begin with a letter or digit.");

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9.-]{0,79}$")]
    private static partial Regex Form();
}
