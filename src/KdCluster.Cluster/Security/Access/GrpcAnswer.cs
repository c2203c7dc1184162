using System.Globalization;
using Grpc.Core;
using KdCluster.Client;
using Microsoft.AspNetCore.Http;

namespace KdCluster.Cluster.Security;

/// <summary>A gRPC answer of headers alone, outside of any method.</summary>
internal static class GrpcAnswer
{
    /// <summary>Where a call comes from, for people.</summary>
    public static string Peer(this HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    public static void Write(HttpResponse response, KdError error)
    {
        RpcException answer = new KdException([error]).ToRpc();
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(answer.Status.Detail);
        foreach (Metadata.Entry trailer in answer.Trailers)
        {
            response.Headers[trailer.Key] = trailer.IsBinary ? Convert.ToBase64String(trailer.ValueBytes) : trailer.Value;
        }
    }
}
