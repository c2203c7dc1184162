using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using KdCluster.V1;

namespace KdCluster.Client;

/// <summary>Carries coded errors through gRPC: a status code for any client, and all details in the trailer <c>kd-errors-bin</c> for ours.</summary>
public static class RpcErrors
{
    private const string Trailer = "kd-errors-bin";

    // Headers are bounded, by clients as by servers: a recipe with a thousand mistakes must not break the connection that says so.
    private const int MostBytes = 12_000;
    private const int MostText = 1_000;

    // gRPC's own: clients with a retry policy heed it.
    private const string Pushback = "grpc-retry-pushback-ms";

    /// <summary>The gRPC error that carries these.</summary>
    public static RpcException ToRpc(this KdException exception)
    {
        var message = new Errors();
        foreach (Error error in exception.Errors.Select(Bounded))
        {
            if (message.Errors_.Count > 0 && message.CalculateSize() + error.CalculateSize() > MostBytes)
            {
                message.Errors_.Add(new Error { Code = exception.Code, What = $"and {exception.Errors.Count - message.Errors_.Count} more." });
                break;
            }

            message.Errors_.Add(error);
        }

        Metadata trailers = new() { { Trailer, message.ToByteArray() } };
        if (exception.RetryAfter is { } after)
        {
            trailers.Add(Pushback, ((long)after.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }

        return new RpcException(new Status(StatusOf(exception.Code), Cut(exception.Message)), trailers);
    }

    /// <summary>The coded errors that a gRPC error carries; one without any becomes <c>KD1601</c>.</summary>
    /// <param name="exception">What a call threw.</param>
    /// <param name="endpoint">Who was called.</param>
    public static KdException ToKd(this RpcException exception, string endpoint)
    {
        byte[]? bytes = exception.Trailers.GetValueBytes(Trailer);
        if (bytes is not null && Errors.Parser.ParseFrom(bytes) is { Errors_.Count: > 0 } message)
        {
            return new KdException([.. message.Errors_.Select(ToError)], exception)
            {
                RetryAfter = long.TryParse(exception.Trailers.GetValue(Pushback), CultureInfo.InvariantCulture, out long after) ? TimeSpan.FromMilliseconds(after) : null,
            };
        }

        // A certificate that is not trusted is not reported as UNAVAILABLE by every implementation of gRPC.
        if (exception.Status.Detail.Contains(nameof(System.Security.Authentication.AuthenticationException), StringComparison.Ordinal))
        {
            return new KdException("KD1601", $"no secure connection comes about: {exception.Status.Detail.TrimEnd(' ', '.')}.", endpoint,
                "Name the authority that signed the silo's certificate: --ca or KD_CA for kd, TrustedCertificates in C#; the certificate must name the host of this address.", exception);
        }

        return exception.StatusCode is StatusCode.Unavailable
            ? new KdException("KD1601", $"the silo cannot be reached: {exception.Reason()}", endpoint, "Is the silo running, and is this its address?", exception)
            : new KdException("KD1601", $"the silo answered {exception.StatusCode}: {exception.Reason()}", endpoint, inner: exception);
    }

    /// <summary>Why a call failed, as a sentence for people: where no connection came about, what the network said.</summary>
    public static string Reason(this RpcException exception)
    {
        string reason = exception.Status.DebugException is { } cause ? cause.GetBaseException().Message : exception.Status.Detail;
        return $"{reason.TrimEnd(' ', '.')}.";
    }

    /// <summary>Whether what an error tells may be gone when the same is tried again: a silo, teacher, store or disk that does not do its work, rather than something that was asked for wrongly.</summary>
    /// <param name="code">Such as <c>KD1306</c>.</param>
    public static bool MayPass(string code) =>
        StatusOf(code) is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Internal || code is "KD1311" or "KD1313" or "KD1402" or "KD1403" or "KD1601" or "KD1602";

    /// <summary>Whether a silo answered with coded errors, rather than the connection failing.</summary>
    internal static bool CarriesErrors(this RpcException exception) => exception.Trailers.Get(Trailer) is not null;

    /// <summary>One error as a message.</summary>
    public static Error ToProto(this KdError error) => new() { Code = error.Code, What = error.What, Where = error.Where ?? "", Remedy = error.Remedy ?? "" };

    /// <summary>One error from a message.</summary>
    public static KdError ToError(this Error error) => new(error.Code, error.What, Null(error.Where), Null(error.Remedy));

    private static Error Bounded(KdError error)
    {
        Error message = error.ToProto();
        (message.What, message.Where, message.Remedy) = (Cut(message.What), Cut(message.Where), Cut(message.Remedy));
        return message;
    }

    private static string Cut(string text) => text.Length <= MostText ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MostText - 1]) ? MostText - 1 : MostText), " …");

    private static string? Null(string text) => text.Length == 0 ? null : text;

    private static StatusCode StatusOf(string code) => code switch
    {
        "KD1308" or "KD1342" or "KD1501" => StatusCode.NotFound,
        "KD1304" or "KD1305" or "KD1307" or "KD1312" or "KD1321" or "KD1325" or "KD1502" or "KD1503" => StatusCode.FailedPrecondition,
        "KD1306" or "KD1401" or "KD1322" or "KD1608" or "KD1612" => StatusCode.Unavailable,
        "KD1309" or "KD1320" or "KD1803" => StatusCode.ResourceExhausted,
        "KD1599" => StatusCode.Internal,
        "KD1801" => StatusCode.Unauthenticated,
        "KD1802" or "KD1807" or "KD1811" => StatusCode.PermissionDenied,
        _ => StatusCode.InvalidArgument,
    };
}
