using System.Globalization;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster;

/// <summary>Reads the text of a setting; a <see cref="FormatException"/> says what a good value is.</summary>
internal static class SettingValues
{
    public static string Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.AbsolutePath == "/"
        ? text.TrimEnd('/')
        : throw new FormatException($"'{text}' is not http://host:port or https://host:port.");

    public static string Name(string text) => text.Length <= 60 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? text
        : throw new FormatException($"'{text}' is not up to 60 letters, digits, dots, dashes and underscores.");

    public static SiloRoles Roles(string text)
    {
        SiloRoles roles = 0;
        foreach (string word in List(text))
        {
            roles |= word switch
            {
                "teacher" => SiloRoles.Teacher,
                "trainer" => SiloRoles.Trainer,
                "gateway" => SiloRoles.Gateway,
                "all" => SiloRoles.All,
                _ => throw new FormatException($"'{word}' is none of teacher, trainer, gateway and all."),
            };
        }

        return roles == 0 ? throw new FormatException("no role is named.") : roles;
    }

    public static string[] Folders(string text)
    {
        string[] folders = List(text);
        return Array.Find(folders, f => !Path.IsPathRooted(f)) is { } relative ? throw new FormatException($"'{relative}' is not absolute.") : folders;
    }

    public static int Whole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is not a whole number from {least} to {most}.");

    public static double Number(string text, double least) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number < 1e6
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {least} on."));

    public static TimeSpan Seconds(string text, double least) => TimeSpan.FromSeconds(Number(text, least));

    // JSON's true comes as True.
    public static bool Switch(string text) => text.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => throw new FormatException($"'{text}' is neither true nor false."),
    };

    public static LogFormat Format(string text) => text switch
    {
        "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw new FormatException($"'{text}' is neither text nor json."),
    };

    public static LogLevel Level(string text) => text switch
    {
        "error" => LogLevel.Error,
        "warning" => LogLevel.Warning,
        "information" => LogLevel.Information,
        "debug" => LogLevel.Debug,
        _ => throw new FormatException($"'{text}' is none of error, warning, information and debug."),
    };

    private static string[] List(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
