namespace KdCluster.Client;

/// <summary>How a client reaches a cluster. Bound from configuration it reads <c>Addresses:0</c>, <c>Token</c>, and so on.</summary>
public sealed class KdClientOptions
{
    /// <summary>
    /// Silos of one cluster, as <c>http://host:port</c> or <c>https://host:port</c>. The first is used until it fails, then the next; after the last, the first again.
    /// Every silo knows every run and teacher. No default.
    /// </summary>
    public IList<string> Addresses { get; set; } = [];

    /// <summary>API token, sent with each call as <c>authorization: Bearer …</c>. Not together with <see cref="TokenFile"/>. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>File that holds the API token; read again when it changes, so that a token is rotated without restarting the client. Default: none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>PEM file of the certificate authorities that may sign a silo's certificate, instead of the system's. Needs <c>https</c> addresses. Default: the system's.</summary>
    public string? TrustedCertificates { get; set; }

    /// <summary>PEM file of this client's certificate, with its chain, for mutual TLS; <see cref="CertificateKey"/> goes with it. Default: none.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file of the key to <see cref="Certificate"/>. Default: none.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>
    /// Time limit of a call that sets no deadline. Streams have no limit. Deploying a teacher, checking or starting a recipe (its data are read), and verifying a store may take ten minutes.
    /// Default: 30 s. A silo that does not answer is noticed earlier, see <see cref="KeepAlive"/>.
    /// </summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long calls are retried over the addresses while no silo answers, within their deadline. Zero: no retries. Default: 5 s.</summary>
    public TimeSpan RetryTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a watched run may be unreachable at all addresses before the watch fails. Default: 60 s.</summary>
    public TimeSpan WatchTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long connecting to one address may take, TLS included. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A silent connection with open calls is pinged after this time, and closed when the same time passes again without an answer. So a silo that hangs is left after twice this time.
    /// At least 1 s. Default: 4 s.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Largest message in each direction, bytes. Default: 64 MiB, the limit of a silo.</summary>
    public int MaxMessageBytes { get; set; } = 64 << 20;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Checks the options.</summary>
    /// <exception cref="KdException"><c>KD1340</c>: every mistake at once.</exception>
    public void Check()
    {
        List<KdError> errors = [];
        void Wrong(string name, string what, string remedy) => errors.Add(new KdError("KD1340", what, name, remedy));
        Uri?[] uris = [.. Addresses.Select(a => Uri.TryCreate(a, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri : null)];
        if (uris.Length == 0)
        {
            Wrong(nameof(Addresses), "no silo is named.", "Give the address of a silo, or of several: http://host:port.");
        }

        for (int i = 0; i < uris.Length; i++)
        {
            if (uris[i] is null)
            {
                Wrong($"{nameof(Addresses)}:{i}", $"'{Addresses[i]}' is not the address of a silo.", "Write it as http://host:port.");
            }
            else if ((TrustedCertificates ?? Certificate) is not null && uris[i]!.Scheme == "http")
            {
                Wrong($"{nameof(Addresses)}:{i}", $"'{Addresses[i]}' speaks no TLS, so certificates have no meaning there.", "Write https://, or leave the certificates out.");
            }
        }

        if (Token is not null && TokenFile is not null)
        {
            Wrong(nameof(TokenFile), "a token and a token file are given.", "Give one of them.");
        }

        if (Certificate is null != CertificateKey is null)
        {
            Wrong(nameof(Certificate), "a certificate without its key, or a key without its certificate.", "Give both, or neither.");
        }

        foreach ((string name, TimeSpan least, TimeSpan value) in new[]
        {
            (nameof(Deadline), TimeSpan.FromMilliseconds(1), Deadline), (nameof(RetryTimeout), TimeSpan.Zero, RetryTimeout), (nameof(WatchTimeout), TimeSpan.Zero, WatchTimeout),
            (nameof(ConnectTimeout), TimeSpan.FromMilliseconds(1), ConnectTimeout), (nameof(KeepAlive), TimeSpan.FromSeconds(1), KeepAlive),
        })
        {
            if (value < least || value > TimeSpan.FromDays(20))
            {
                Wrong(name, $"{value} is out of its range.", $"Give {least} to 20 days.");
            }
        }

        if (errors.Count > 0)
        {
            throw new KdException(errors);
        }
    }
}
