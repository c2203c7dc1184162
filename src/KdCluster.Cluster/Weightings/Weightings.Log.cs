using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Weightings;

internal static partial class WeightingsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "the policy of {Student} cannot be kept for those who ask, and goes on: {Why}")]
    public static partial void PolicyUnkept(this ILogger log, string student, string why);
}
