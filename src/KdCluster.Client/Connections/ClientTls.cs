using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KdCluster.Client.Connections;

/// <summary>Whom a client trusts, and how it shows who it is.</summary>
internal static class ClientTls
{
    /// <exception cref="KdException"><c>KD1340</c>: a certificate's file cannot be used.</exception>
    public static void Apply(KdClientOptions options, SslClientAuthenticationOptions ssl)
    {
        if (options.TrustedCertificates is { } trusted)
        {
            ssl.CertificateChainPolicy = Read(
                nameof(options.TrustedCertificates), trusted, () => CertificateTrust.FromPem(File.ReadAllText(trusted)).Policy(CertificateTrust.Server));
        }

        if (options.Certificate is { } certificate)
        {
            ssl.ClientCertificateContext = Read(nameof(options.Certificate), certificate, () =>
            {
                X509Certificate2Collection chain = [];
                chain.ImportFromPemFile(certificate);
                return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, options.CertificateKey), chain, offline: true);
            });
        }
    }

    private static T Read<T>(string option, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new KdException("KD1340", $"the file of {option} cannot be used: {e.Message}", file, "Give a PEM file.", e);
        }
    }
}
