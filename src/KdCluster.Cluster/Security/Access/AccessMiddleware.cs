using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace KdCluster.Cluster.Security;

/// <summary>Stands before every page and method of a silo, and refuses a call before a byte of its message is read.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, AccessControl access, ILogger<AccessMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        Caller? caller = access.Identify(http.Request.Headers.Authorization);
        string path = http.Request.Path.Value ?? "";
        if (access.Refusal(path, caller) is { } refusal)
        {
            log.CallRefused(refusal.Code, path, caller is null ? "a wrong token" : caller.Id.Length == 0 ? "someone without a token" : caller.Id, Peer(http));
            await RefuseAsync(http, refusal);
            return;
        }

        http.Features.Set(caller ?? Caller.Nobody);
        await next(http);
        if (UnreadMessage.Of(http) is { } unread)
        {
            log.MessageUnread(unread.Code, path, caller?.Id is { Length: > 0 } id ? id : "someone without a token", Peer(http));
            GrpcAnswer.Write(http.Response, unread);
        }
    }

    private static string Peer(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static Task RefuseAsync(HttpContext http, KdError refusal)
    {
        HttpResponse response = http.Response;
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            response.StatusCode = refusal.Code == "KD1801" ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
            response.Headers.WWWAuthenticate = refusal.Code == "KD1801" ? new StringValues(["Bearer", "Basic realm=\"KdCluster: a token as the password\""]) : default;
            return response.WriteAsync(refusal + "\n");
        }

        GrpcAnswer.Write(response, refusal);
        return Task.CompletedTask;
    }
}
