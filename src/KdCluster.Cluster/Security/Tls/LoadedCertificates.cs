using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KdCluster.Cluster.Security;

/// <summary>What a silo's certificate files hold.</summary>
/// <param name="Own">The silo's certificate with its key.</param>
/// <param name="Context">The same with those that signed it, as it is shown.</param>
/// <param name="Trusted">The certificates that may have signed others'; null: those of the machine.</param>
internal sealed record LoadedCertificates(X509Certificate2 Own, SslStreamCertificateContext Context, X509Certificate2Collection? Trusted)
{
    /// <param name="cert">PEM: the silo's first.</param>
    /// <param name="key">PEM.</param>
    /// <param name="ca">PEM, or null.</param>
    /// <param name="where">The files' names, for errors.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="KdException"><c>KD1806</c>: not such files, or the certificate is not valid now.</exception>
    public static LoadedCertificates Read(byte[] cert, byte[] key, byte[]? ca, string where, DateTimeOffset now)
    {
        try
        {
            string chain = Encoding.ASCII.GetString(cert);
            X509Certificate2 own = X509Certificate2.CreateFromPem(chain, Encoding.ASCII.GetString(key));
            X509Certificate2Collection others = [];
            others.ImportFromPem(chain);
            if (now < own.NotBefore || now > own.NotAfter)
            {
                throw Bad($"the certificate is valid from {own.NotBefore:u} to {own.NotAfter:u}", where);
            }

            return new LoadedCertificates(own, SslStreamCertificateContext.Create(own, [.. others.Skip(1)], offline: true), ca is null ? null : Authorities(ca, where));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Bad(e.Message.TrimEnd('.'), where, e);
        }
    }

    /// <summary>Whether a certificate was signed by those that the silo trusts, for this purpose.</summary>
    public bool Trust(X509Certificate2? peer, X509Chain? shown, string purpose)
    {
        if (peer is null)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        if (Trusted is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(Trusted);
        }

        foreach (X509ChainElement element in shown?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(peer);
    }

    private static X509Certificate2Collection Authorities(byte[] ca, string where)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPem(Encoding.ASCII.GetString(ca));
        return authorities.Count > 0 ? authorities : throw Bad("`ca` holds no certificate", where);
    }

    private static KdException Bad(string what, string where, Exception? inner = null) =>
        new("KD1806", $"the certificates cannot be used: {what}.", where, "Give PEM files: `cert` with the silo's certificate first, `key` with its key, `ca` with those that sign for the cluster.", inner);
}
