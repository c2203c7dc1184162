using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Silos;

internal static partial class SilosLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "the board could not be told how this silo stands: {Reason}")]
    public static partial void BoardUnreachable(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "looking after runs and teachers failed, and is tried again: {Reason}")]
    public static partial void SweepFailed(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "silo {Silo} is now {Status}")]
    public static partial void SiloChanged(this ILogger log, string silo, string status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the membership table cannot be read: {Reason}")]
    public static partial void TableUnreadable(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis lost its data; this silo is in the membership table again, version {Version}")]
    public static partial void TableRepaired(this ILogger log, int version);

    [LoggerMessage(Level = LogLevel.Error, Message = "Redis lost its data, and Orleans has not taken this silo into the membership table again for {Time}; it stops. Start it anew")]
    public static partial void RepairRefused(this ILogger log, TimeSpan time);

    [LoggerMessage(Level = LogLevel.Error, Message = "the other silos removed this one from the cluster; it stops")]
    public static partial void Evicted(this ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "waiting for Redis: {Reason}")]
    public static partial void WaitingForRedis(this ILogger log, string reason);
}
