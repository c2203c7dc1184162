using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Teachers;

internal static partial class TeachersLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "teacher {Teacher} has a replica at {Endpoint}, {Count} in all")]
    public static partial void ReplicaAdded(this ILogger log, string teacher, string endpoint, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "teacher {Teacher} has no replica at {Endpoint} any more, {Count} are left")]
    public static partial void ReplicaRemoved(this ILogger log, string teacher, string endpoint, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "teacher {Teacher} gets no further replica: {Reason}")]
    public static partial void ReplicaFailed(this ILogger log, string teacher, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "teacher {Teacher} is not served from silo {Silo}: {Reason}")]
    public static partial void ReplicaRefused(this ILogger log, string teacher, string silo, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "teacher {Teacher}: {Before} replicas become {After}, for rows wait {Seconds:0.0} s")]
    public static partial void Autoscaled(this ILogger log, string teacher, int before, int after, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Message}")]
    public static partial void AnswersDoubtful(this ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "this silo leaves, and no other can take these teachers: {Teachers}")]
    public static partial void Stranded(this ILogger log, string teachers);
}
