using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Telemetry;

internal static partial class TelemetryLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "some gauges could not be read")]
    public static partial void GaugesFailed(this ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "metric {Metric} of meter {Meter} is not shown: another meter has one of that name and another kind")]
    public static partial void MetricIgnored(this ILogger log, string metric, string meter);

    [LoggerMessage(Level = LogLevel.Information, Message = "metrics and probes at {Address}")]
    public static partial void TelemetryAt(this ILogger log, string address);
}
