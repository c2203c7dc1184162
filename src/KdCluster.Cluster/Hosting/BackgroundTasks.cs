using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster;

/// <summary>Work that nobody waits for.</summary>
internal static partial class BackgroundTasks
{
    /// <summary>Lets a task continue alone. A fault is logged; a task that is cancelled has nothing to tell.</summary>
    /// <param name="task">The work.</param>
    /// <param name="log">Where a fault is logged.</param>
    /// <param name="what">What the work does: "closing the connection to …".</param>
    public static void LogFaults(this Task task, ILogger log, string what) => _ = task.ContinueWith(
        t => log.BackgroundFailed(what, t.Exception!.InnerException!), CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} failed")]
    private static partial void BackgroundFailed(this ILogger log, string what, Exception exception);
}
