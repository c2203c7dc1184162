using System.Net.Http;
using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Exceptions and HTTP statuses as statuses of a call.</summary>
internal static class ErrorText
{
    /// <summary>A summary, then every exception of the chain as <c>Type: message</c>.</summary>
    public static string Describe(string summary, Exception exception)
    {
        var text = summary;
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            text += $" {current.GetType().Name}: {current.Message}";
        }

        return text;
    }

    public static StatusCode CodeOf(Exception exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case SocketException:
                    return StatusCode.Unavailable;
                case HttpProtocolException protocol:
                    return CodeOfHttp2(protocol.ErrorCode);
            }
        }

        return exception is HttpRequestException or IOException ? StatusCode.Unavailable : StatusCode.Internal;
    }

    /// <summary>Source: gRPC specification, http-grpc-status-mapping.md.</summary>
    public static StatusCode CodeOfHttp(int status) => status switch
    {
        400 or 431 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>Source: gRPC specification, PROTOCOL-HTTP2.md, errors.</summary>
    private static StatusCode CodeOfHttp2(long error) => error switch
    {
        0x7 => StatusCode.Unavailable,
        0x8 => StatusCode.Cancelled,
        0xb => StatusCode.ResourceExhausted,
        0xc => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}
