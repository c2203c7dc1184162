using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Metadata entries as HTTP header values and back; binary ones are base64, with or without padding.</summary>
internal static class HeaderText
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string AcceptedEncodings = "identity,gzip";

    private static readonly HashSet<string> _protocol = new(StringComparer.OrdinalIgnoreCase)
    {
        Status, Message, Timeout, Encoding, AcceptEncoding, "content-type", "te", "host", "accept-encoding", "trailer",
    };

    public static string Format(Metadata.Entry entry) => entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value;

    /// <summary>Adds one received header, unless it belongs to the protocol.</summary>
    public static void Add(Metadata metadata, string name, string value)
    {
        if (name.StartsWith(':') || _protocol.Contains(name))
        {
            return;
        }

        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }

        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            metadata.Add(name, Bytes(part));
        }
    }

    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // application/grpc-web is another protocol.
        return contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+';
    }

    private static byte[] Bytes(string base64)
    {
        try
        {
            return Convert.FromBase64String((base64.Length % 4) switch { 2 => base64 + "==", 3 => base64 + "=", _ => base64 });
        }
        catch (FormatException exception)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A binary header is not valid base64.", exception));
        }
    }
}
