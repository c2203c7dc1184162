using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

internal static partial class RunsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "a report of {Student} did not reach its grain")]
    public static partial void ReportLost(this ILogger log, string student, Exception exception);

    /// <summary>A failure that has a code says all in its message, and the run's followers are told it; a stack is for defects.</summary>
    public static void StudentFailed(this ILogger log, string student, Exception exception)
    {
        if (exception is KdException)
        {
            log.StudentEnded(student, exception.Message);
        }
        else
        {
            log.StudentBroke(student, exception);
        }
    }

    /// <inheritdoc cref="StudentFailed"/>
    public static void RunFailed(this ILogger log, string run, Exception exception)
    {
        if (exception is KdException)
        {
            log.RunEnded(run, exception.Message);
        }
        else
        {
            log.RunBroke(run, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "student {Student} failed: {Why}")]
    private static partial void StudentEnded(this ILogger log, string student, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "student {Student} failed")]
    private static partial void StudentBroke(this ILogger log, string student, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "run {Run} failed: {Why}")]
    private static partial void RunEnded(this ILogger log, string run, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "run {Run} failed")]
    private static partial void RunBroke(this ILogger log, string run, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "run {Run}: {Why}")]
    public static partial void RunWaits(this ILogger log, string run, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "run {Run} has ended: its teacher {Teacher} is undeployed")]
    public static partial void TeacherRetired(this ILogger log, string run, string teacher);

    [LoggerMessage(Level = LogLevel.Warning, Message = "teachers of run {Run} are still deployed: {Why}")]
    public static partial void TeachersLeft(this ILogger log, string run, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Message}")]
    public static partial void StoreFailed(this ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "data of run {Run}: {Warning}")]
    public static partial void DataWarning(this ILogger log, string run, string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "student {Student}: {Notice}")]
    public static partial void StudentNotice(this ILogger log, string student, string notice);

    [LoggerMessage(Level = LogLevel.Information, Message = "student {Student} was taken over by another silo")]
    public static partial void StudentTaken(this ILogger log, string student);

    [LoggerMessage(Level = LogLevel.Debug, Message = "silo {Silo} did not say whether it trains {Student}, and is asked again while it is alive: {Reason}")]
    public static partial void TrainerSilent(this ILogger log, string silo, string student, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "a word of run {Run} did not arrive, and is repeated where it is needed")]
    public static partial void WordLost(this ILogger log, string run, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "student {Run}/{Student} goes to {Silo}, attempt {Attempt}")]
    public static partial void StudentPlaced(this ILogger log, string run, string student, string silo, long attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "student {Run}/{Student} lost its silo {Silo}, and begins again from its last checkpoint")]
    public static partial void StudentLost(this ILogger log, string run, string student, string silo);
}
