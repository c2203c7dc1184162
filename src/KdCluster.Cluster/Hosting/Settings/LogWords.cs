using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster;

/// <summary>The words of the settings of the log.</summary>
internal static class LogWords
{
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
}
