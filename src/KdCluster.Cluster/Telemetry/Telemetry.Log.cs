using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Telemetry;

internal static partial class TelemetryLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "metrics and probes at {Address}")]
    public static partial void TelemetryAt(this ILogger log, string address);
}
