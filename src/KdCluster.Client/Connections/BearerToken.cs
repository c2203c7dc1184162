namespace KdCluster.Client.Connections;

/// <summary>The API token of the moment. A file is looked at on every call, and read when it has changed.</summary>
internal sealed class BearerToken
{
    private readonly string? _file;
    private readonly Lock _gate = new();
    private string? _token;
    private DateTime _written;

    /// <exception cref="KdException"><c>KD1340</c>: the file cannot be read, or is empty.</exception>
    public BearerToken(KdClientOptions options)
    {
        (_token, _file) = (options.Token, options.TokenFile);
        _ = Header;
    }

    /// <summary>The value of <c>authorization</c>; null without a token.</summary>
    public string? Header => Current() is { Length: > 0 } token ? $"Bearer {token}" : null;

    private string? Current()
    {
        if (_file is null)
        {
            return _token;
        }

        lock (_gate)
        {
            try
            {
                DateTime written = File.GetLastWriteTimeUtc(_file);
                if (written != _written || _token is null)
                {
                    string read = File.ReadAllText(_file).Trim();
                    if (read.Length > 0)
                    {
                        (_token, _written) = (read, written);
                    }
                    else if (_token is null)
                    {
                        throw new IOException("it is empty");   // else it is just being written, and the former token serves until then
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (_token is null)
                {
                    throw new KdException("KD1340", $"the token's file cannot be used: {e.Message}", _file, "Give a file that holds the token.", e);
                }
            }

            return _token;
        }
    }
}
