using Grpc.Core;
using KdCluster.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Security;

/// <summary>Stands before every page and method of a silo, and refuses a call before a byte of its message is read.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, AccessControl access, ILogger<AccessMiddleware> log)
{
    public Task InvokeAsync(HttpContext http)
    {
        Caller? caller = access.Identify(http.Request.Headers.Authorization);
        string path = http.Request.Path.Value ?? "";
        if (access.Refusal(path, caller) is { } refusal)
        {
            log.CallRefused(refusal.Code, path, caller is null ? "a wrong token" : caller.Id.Length == 0 ? "someone without a token" : caller.Id, Peer(http));
            return RefuseAsync(http, refusal);
        }

        http.Features.Set(caller ?? Caller.Nobody);
        return next(http);
    }

    private static string Peer(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static Task RefuseAsync(HttpContext http, KdError refusal)
    {
        HttpResponse response = http.Response;
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            response.StatusCode = refusal.Code == "KD1801" ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
            response.Headers.WWWAuthenticate = refusal.Code == "KD1801" ? "Bearer" : default;
            return response.WriteAsync(refusal + "\n");
        }

        // A gRPC answer of headers alone.
        RpcException error = new KdException([refusal]).ToRpc();
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)error.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(error.Status.Detail);
        foreach (Metadata.Entry trailer in error.Trailers)
        {
            response.Headers.Append(trailer.Key, trailer.IsBinary ? Convert.ToBase64String(trailer.ValueBytes) : trailer.Value);
        }

        return Task.CompletedTask;
    }
}
