namespace Grpc.AspNetCore.Server;

/// <summary>Options of all services of a server.</summary>
public class GrpcServiceOptions
{
    /// <summary>Bytes of one message; null: no limit. A larger one is RESOURCE_EXHAUSTED. Default: no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes of one message; null: no limit. A larger one is RESOURCE_EXHAUSTED. Default: 4 MiB.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether the text of an exception reaches the client. Default: no.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The first one is the outermost.</summary>
    public InterceptorCollection Interceptors { get; } = [];
}
