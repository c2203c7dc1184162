using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Refuses what is not gRPC over HTTP/2.</summary>
internal static class RequestCheck
{
    public static bool Passes(HttpContext http)
    {
        var request = http.Request;
        if (!HeaderText.IsGrpc(request.ContentType))
        {
            Answer(http.Response, StatusCodes.Status415UnsupportedMediaType, new Status(StatusCode.Internal, $"Content-Type '{request.ContentType}' is not supported."));
            return false;
        }

        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            http.Response.Headers.Upgrade = "HTTP/2";
            Answer(http.Response, StatusCodes.Status426UpgradeRequired, new Status(StatusCode.Internal, $"Request protocol '{request.Protocol}' is not supported."));
            return false;
        }

        return true;
    }

    /// <summary>A whole answer in headers alone.</summary>
    public static void Answer(HttpResponse response, int httpStatus, Status status)
    {
        response.StatusCode = httpStatus;
        response.ContentType = HeaderText.ContentType;
        WriteStatus(response.Headers, status);
    }

    public static void WriteStatus(IHeaderDictionary headers, Status status)
    {
        headers[HeaderText.Status] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            headers[HeaderText.Message] = PercentEncoding.Encode(status.Detail);
        }
    }
}
