using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KdCluster;

/// <summary>Who may have signed the certificate of another side. Nothing is fetched to tell: neither revocation lists nor certificates in between.</summary>
/// <param name="authorities">The only authorities that are trusted; null: those of the machine.</param>
internal sealed class CertificateTrust(X509Certificate2Collection? authorities)
{
    /// <summary>The purpose of a server's certificate: id-kp-serverAuth, RFC 5280, 4.2.1.12.</summary>
    public const string Server = "1.3.6.1.5.5.7.3.1";

    /// <summary>The purpose of a client's: id-kp-clientAuth.</summary>
    public const string Client = "1.3.6.1.5.5.7.3.2";

    /// <summary>The authorities of a PEM file.</summary>
    /// <exception cref="CryptographicException">It is none, or holds no certificate.</exception>
    public static CertificateTrust FromPem(ReadOnlySpan<char> pem)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPem(pem);
        return authorities.Count > 0 ? new CertificateTrust(authorities) : throw new CryptographicException("it holds no certificate");
    }

    /// <summary>How a chain to them is built.</summary>
    /// <param name="purpose">What the certificate at its end must be for.</param>
    public X509ChainPolicy Policy(string purpose)
    {
        X509ChainPolicy policy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.ApplicationPolicy.Add(new Oid(purpose));
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    /// <summary>Whether they signed a certificate.</summary>
    /// <param name="peer">The other side's; null: it showed none.</param>
    /// <param name="shown">What it sent between itself and its authority.</param>
    /// <param name="purpose">What the certificate must be for.</param>
    /// <param name="doubts">Why not.</param>
    public bool Accepts(X509Certificate2? peer, X509Chain? shown, string purpose, out X509ChainStatus[] doubts)
    {
        doubts = [];
        if (peer is null)
            return false;
        using X509Chain chain = new() { ChainPolicy = Policy(purpose) };
        foreach (X509ChainElement element in shown?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        bool accepted = chain.Build(peer);
        doubts = chain.ChainStatus;
        return accepted;
    }
}
