using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

internal static partial class RunsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "a report of {Student} did not reach its grain")]
    public static partial void ReportLost(this ILogger log, string student, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "student {Student} failed")]
    public static partial void StudentFailed(this ILogger log, string student, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "run {Run} failed")]
    public static partial void RunFailed(this ILogger log, string run, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "run {Run}: {Why}")]
    public static partial void RunWaits(this ILogger log, string run, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    public static partial void StoreWarning(this ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "data of run {Run}: {Warning}")]
    public static partial void DataWarning(this ILogger log, string run, string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "student {Student} was taken over by another silo")]
    public static partial void StudentTaken(this ILogger log, string student);
}
