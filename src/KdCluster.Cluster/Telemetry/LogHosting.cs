using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace KdCluster.Cluster.Telemetry;

/// <summary>How the log enters a host: everything to standard error, with the scopes that say which run, student, teacher and trace a line belongs to.</summary>
internal static class LogHosting
{
    public static void UseKdLog(this ILoggingBuilder logging, LogFormat format, LogLevel level)
    {
        logging.ClearProviders();
        logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (format == LogFormat.Json)
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
    }
}
