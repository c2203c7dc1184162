using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KdCluster.SoftTargets.Redis;

/// <summary>Which certificates a connection over TLS accepts: those of the machine's authorities, or of one file's and of nobody else.</summary>
internal sealed class RedisTrust
{
    private readonly CertificateTrust? _authorities;
    private volatile string? _refusal;

    private RedisTrust(CertificateTrust? authorities) => _authorities = authorities;

    /// <summary>Why the last certificate was refused; null when it was accepted, or none was shown yet.</summary>
    public string? Refusal => _refusal;

    /// <param name="file">Certificates of authorities as PEM; null: the machine's.</param>
    /// <exception cref="KdException"><c>KD1404</c>: the file holds none, or cannot be read.</exception>
    public static RedisTrust Of(string? file)
    {
        if (file is null)
            return new RedisTrust(null);
        try
        {
            return new RedisTrust(CertificateTrust.FromPem(File.ReadAllText(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw RedisAddress.Bad($"its authorities in '{file}' cannot be read: {e.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>As <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        X509ChainStatus[] doubts = chain?.ChainStatus ?? [];
        if (_authorities is not null && certificate is X509Certificate2 shown)
        {
            bool trusted = _authorities.Accepts(shown, chain, CertificateTrust.Server, out doubts);
            errors = trusted ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors : errors | SslPolicyErrors.RemoteCertificateChainErrors;
        }

        _refusal = Why(errors, doubts);
        return _refusal is null;
    }

    private static string? Why(SslPolicyErrors errors, X509ChainStatus[] doubts) => errors switch
    {
        SslPolicyErrors.None => null,
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "the server shows no certificate.",
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) => $"the server's certificate is not trusted ({string.Join(", ", doubts.Select(d => d.Status).Distinct())}); name its authority with ?ca=FILE.",
        _ => "the server's certificate is for another name.",
    };
}
