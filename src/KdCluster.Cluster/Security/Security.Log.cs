using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Security;

internal static partial class SecurityLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "OPEN: the setting {Setting} lets this silo {What} ({Where})")]
    public static partial void Open(this ILogger log, string setting, string what, string where);

    [LoggerMessage(Level = LogLevel.Error, Message = "{File} is not taken over, what it said before stays: {Reason}")]
    public static partial void FileRefused(this ILogger log, string file, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} has changed and was read again")]
    public static partial void FileReread(this ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Code}: a message to {Method} from {Caller} at {Peer} cannot be read")]
    public static partial void MessageUnread(this ILogger log, string code, string method, string caller, string peer);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Code}: {Method} refused to {Caller} at {Peer}")]
    public static partial void CallRefused(this ILogger log, string code, string method, string caller, string peer);
}
