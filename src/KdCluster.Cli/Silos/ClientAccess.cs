using KdCluster.Cli.CommandLine;
using KdCluster.Client;

namespace KdCluster.Cli.Silos;

/// <summary>As whom a command talks to a silo: its token, and the certificates of a TLS connection.</summary>
internal static class ClientAccess
{
    // A token is no option: other users of the machine see command lines.
    public static readonly Option TokenFile = new("token-file", "FILE", "File with the API token. Default: $KD_TOKEN_FILE, else the token itself in $KD_TOKEN");
    public static readonly Option Ca = new("ca", "FILE", "PEM file of the authorities that may sign the silo's certificate. Default: $KD_CA, else the machine's");
    public static readonly Option Cert = new("cert", "FILE", "PEM file of this client's certificate, if silos require one. Default: $KD_CERT");
    public static readonly Option Key = new("key", "FILE", "PEM file of its key. Default: $KD_KEY");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Option> Options = [TokenFile, Ca, Cert, Key];

    /// <summary>A client of a silo, as the command line and the environment say.</summary>
    /// <exception cref="KdException"><c>KD1340</c>: they say it wrongly.</exception>
    public static KdClient Connect(Invocation invocation, string address) => new(Of(invocation, address));

    /// <summary>The addresses of <c>--silo</c>: one, or several with commas.</summary>
    public static string[] Split(string address) => address.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static KdClientOptions Of(Invocation invocation, string address)
    {
        // What the environment says of certificates holds for whatever silo uses them; what is written with the command must fit it.
        bool tls = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        string? tokenFile = File(TokenFile, "KD_TOKEN_FILE");
        return new KdClientOptions
        {
            Addresses = Split(address),
            TokenFile = tokenFile,
            Token = tokenFile is null ? invocation.Context.Variable("KD_TOKEN") : null,
            TrustedCertificates = File(Ca, tls ? "KD_CA" : null),
            Certificate = File(Cert, tls ? "KD_CERT" : null),
            CertificateKey = File(Key, tls ? "KD_KEY" : null),
        };

        string? File(Option option, string? variable) =>
            (invocation.Value(option) ?? (variable is null ? null : invocation.Context.Variable(variable))) is { } path ? invocation.Context.At(path) : null;
    }
}
