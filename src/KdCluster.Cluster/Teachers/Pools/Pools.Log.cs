using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers.Pools;

internal static partial class PoolsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "teacher {Teacher}: the replica at {Address} is avoided ({Reason}) {Fault}")]
    public static partial void ReplicaAvoided(this ILogger log, string teacher, string address, OutReason reason, string fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "teacher {Teacher}: the replica at {Address} leaves; others are asked where there are others")]
    public static partial void ReplicaLeaves(this ILogger log, string teacher, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "teacher {Teacher}: the replica at {Address} answers again")]
    public static partial void ReplicaBack(this ILogger log, string teacher, string address);
}
