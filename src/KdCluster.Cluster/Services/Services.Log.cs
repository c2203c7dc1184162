using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Services;

internal static partial class ServicesLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    public static partial void CallFailed(this ILogger log, string method, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} is passed over: {Reason}")]
    public static partial void StateUnreadable(this ILogger log, string what, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "teacher {Teacher} cannot be loaded: {Reason}")]
    public static partial void TeacherUnavailable(this ILogger log, string teacher, string reason);
}
