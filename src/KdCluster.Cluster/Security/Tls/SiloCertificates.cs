using System.Security.Cryptography.X509Certificates;
using KdCluster.Client.Files;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Security;

/// <summary>A silo's certificates, read again when their files change.</summary>
internal sealed class SiloCertificates
{
    private readonly WatchedFiles<LoadedCertificates>? _files;

    /// <exception cref="KdException"><c>KD1806</c>: the files cannot be used.</exception>
    public SiloCertificates(SecurityOptions options, TimeProvider time, ILogger<SiloCertificates> log)
    {
        if (options is not { Cert: { } cert, Key: { } key })
        {
            return;
        }

        string[] paths = [.. new[] { cert, key, options.Ca }.OfType<string>().Select(Path.GetFullPath)];
        string where = string.Join(", ", paths);
        _files = new WatchedFiles<LoadedCertificates>(
            "KD1806", paths, c => LoadedCertificates.Read(c[0], c[1], c.Length > 2 ? c[2] : null, where, time.GetUtcNow()), time, e => log.Reread(where, e));
    }

    /// <summary>Whether the silo has any.</summary>
    public bool Present => _files is not null;

    /// <summary>As the files are now.</summary>
    public LoadedCertificates Current => _files?.Value ?? throw new InvalidOperationException("the silo has no certificates");

    /// <summary>Whether a client may come in.</summary>
    public bool TrustsClient(X509Certificate2? peer, X509Chain? shown) => Current.Trust.Accepts(peer, shown, CertificateTrust.Client, out _);

    /// <summary>Between silos each side shows a server's certificate: a client's, though signed by the same hand, does not make its holder a silo.</summary>
    public bool TrustsSilo(X509Certificate2? peer, X509Chain? shown) => Current.Trust.Accepts(peer, shown, CertificateTrust.Server, out _);
}
