using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace KdCluster.Cluster.Telemetry;

/// <summary>How the log enters a host: everything to standard error, with the scopes that say which run, student, teacher and trace a line belongs to.</summary>
internal static class LogHosting
{
    /// <summary>Sets it up.</summary>
    /// <param name="logging">The host's.</param>
    /// <param name="options">The silo's options.</param>
    /// <param name="usual">The level where the options name none.</param>
    /// <param name="section">The section <c>Logging</c>, as .NET documents it, for levels.</param>
    /// <exception cref="KdException"><c>KD1606</c>: the section says something else.</exception>
    public static void UseKdLog(this ILoggingBuilder logging, KdClusterOptions options, LogLevel usual, IConfiguration section)
    {
        Check(section);
        LogLevel level = options.LogLevel ?? usual;
        logging.ClearProviders();
        logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(o => (o.IncludeScopes, o.UseUtcTimestamp, o.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        }
        else
        {
            logging.AddSimpleConsole();
        }

        logging.Services.Configure<ConsoleLoggerOptions>(c => c.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(level);
        if (level >= LogLevel.Information)
        {
            // It tells every message that cannot be read as an error with its stack: anyone who sends garbage would write the log full. The silo says it in a line.
            logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Critical);
            // It tells every second, as an error, that a silo which starts or is emptied is not ready.
            logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        }

        if (level == LogLevel.Information)
        {
            // What the packages find worth saying is for those who look for a fault.
            logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning);
        }

        // After ours, which it beats; and what is said to this silo beats what is said to all programs.
        logging.AddConfiguration(section);
        if (options.LogLevel is not null)
        {
            logging.AddFilter(null, level);
        }
    }

    private static void Check(IConfiguration section)
    {
        KdError[] errors = [.. section.AsEnumerable(makePathsRelative: true).Where(e => !string.IsNullOrEmpty(e.Value)).Select(Wrong).OfType<KdError>()];
        if (errors.Length > 0)
        {
            throw new KdException(errors);
        }
    }

    private static KdError? Wrong(KeyValuePair<string, string?> entry)
    {
        string[] words = entry.Key.Split(':');
        if (words is not (["LogLevel", _] or ["Console", "LogLevel", _]))
        {
            return new KdError("KD1606", "a silo takes levels from the section Logging, and nothing else.", $"Logging:{entry.Key}", "Leave it away; log-format says how the log is written.");
        }

        return Enum.TryParse<LogLevel>(entry.Value, ignoreCase: true, out _) ? null : new KdError(
            "KD1606", $"'{entry.Value}' is no level.", $"Logging:{entry.Key}", $"One of: {string.Join(", ", Enum.GetNames<LogLevel>())}.");
    }
}
