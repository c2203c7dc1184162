using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Devices;

internal static partial class DevicesLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "work on {Device} let an exception out")]
    public static partial void WorkFaulted(this ILogger log, string device, Exception exception);
}
