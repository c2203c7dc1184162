using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>What an HTTP response says of its call.</summary>
internal static class ResponseStatus
{
    /// <summary>The status of an answer without a body to read, or null when messages may follow.</summary>
    public static Status? OfHeaders(HttpResponseMessage response)
    {
        if (response.Version < HttpVersion.Version20)
        {
            return new Status(StatusCode.Internal, $"Bad gRPC response. Response protocol downgraded to HTTP/{response.Version.ToString(2)}.");
        }

        if (OfTrailers(response.Headers) is { } given)
        {
            return given;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(ErrorText.CodeOfHttp((int)response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
        }

        var contentType = response.Content.Headers.ContentType?.ToString();
        return HeaderText.IsGrpc(contentType)
            ? null
            : new Status(StatusCode.Cancelled, contentType is null ? "Bad gRPC response. Response did not have a content-type header." : $"Bad gRPC response. Invalid content-type value: {contentType}");
    }

    public static Status? OfTrailers(HttpHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(HeaderText.Status, out var values))
        {
            return null;
        }

        var text = values.ToString();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return new Status(StatusCode.Unknown, "Unexpected grpc-status value: " + text);
        }

        var detail = headers.NonValidated.TryGetValues(HeaderText.Message, out var message) ? PercentEncoding.Decode(message.ToString()) : "";
        return new Status(Enum.IsDefined((StatusCode)code) ? (StatusCode)code : StatusCode.Unknown, detail);
    }

    public static Metadata Metadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                HeaderText.Add(metadata, name, value);
            }
        }

        return metadata;
    }
}
