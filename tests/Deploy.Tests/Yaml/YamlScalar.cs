using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KdCluster.Tests.Yaml;

/// <summary>Scalars by the rules of YAML 1.1, which Kubernetes and Helm follow.</summary>
internal static partial class YamlScalar
{
    /// <summary>The value of an unquoted word.</summary>
    public static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        // A reader of YAML 1.1 takes these for truth values, one of 1.2 for text.
        "yes" or "no" or "on" or "off" or "y" or "n" or "Yes" or "No" or "On" or "Off" => throw new FormatException($"quote {text}"),
        _ when Octal().IsMatch(text) => JsonValue.Create(Convert.ToInt64(text, 8)),
        _ when Whole().IsMatch(text) => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
        _ when Fraction().IsMatch(text) => JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };

    [GeneratedRegex("^0[0-7]+$")]
    private static partial Regex Octal();

    [GeneratedRegex("^[-+]?(0|[1-9][0-9]*)$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?[0-9]+\.[0-9]+$")]
    private static partial Regex Fraction();
}
