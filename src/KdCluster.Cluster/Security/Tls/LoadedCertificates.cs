using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KdCluster.Cluster.Security;

/// <summary>What a silo's certificate files hold.</summary>
/// <param name="Own">The silo's certificate with its key.</param>
/// <param name="Context">The same with those that signed it, as it is shown.</param>
/// <param name="Trust">Who may have signed others'.</param>
internal sealed record LoadedCertificates(X509Certificate2 Own, SslStreamCertificateContext Context, CertificateTrust Trust)
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
            if (now < new DateTimeOffset(own.NotBefore) || now > new DateTimeOffset(own.NotAfter))
            {
                throw Bad($"the certificate is valid from {own.NotBefore:u} to {own.NotAfter:u}", where);
            }

            return new LoadedCertificates(own, SslStreamCertificateContext.Create(own, [.. others.Skip(1)], offline: true), ca is null ? new CertificateTrust(null) : Authorities(ca, where));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Bad(e.Message.TrimEnd('.'), where, e);
        }
    }

    private static CertificateTrust Authorities(byte[] ca, string where)
    {
        try
        {
            return CertificateTrust.FromPem(Encoding.ASCII.GetString(ca));
        }
        catch (CryptographicException e)
        {
            throw Bad($"`ca`: {e.Message.TrimEnd('.')}", where, e);
        }
    }

    private static KdException Bad(string what, string where, Exception? inner = null) =>
        new("KD1806", $"the certificates cannot be used: {what}.", where, "Give PEM files: `cert` with the silo's certificate first, `key` with its key, `ca` with the authorities of the cluster.", inner);
}
