using System.Text;
using KdCluster.Client.Files;

namespace KdCluster.Client.Connections;

/// <summary>The API token of the moment. A file is looked at on every call.</summary>
internal sealed class BearerToken
{
    private readonly string? _token;
    private readonly WatchedFiles<string>? _file;

    /// <exception cref="KdException"><c>KD1340</c>: the file cannot be read, or is empty.</exception>
    public BearerToken(KdClientOptions options)
    {
        _token = options.Token;
        if (options.TokenFile is { } file)
        {
            // A bad new content is mostly one that is just being written: the former token serves until then.
            _file = new WatchedFiles<string>("KD1340", [file], content => Read(content[0], file), options.Time, _ => { }, TimeSpan.Zero);
        }
    }

    /// <summary>The value of <c>authorization</c>; null without a token.</summary>
    public string? Header => (_file?.Value ?? _token) is { Length: > 0 } token ? $"Bearer {token}" : null;

    private static string Read(byte[] content, string file) => Encoding.UTF8.GetString(content).Trim() is { Length: > 0 } token
        ? token
        : throw new KdException("KD1340", "the token's file is empty.", file, "Give a file that holds the token.");
}
