using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KdCluster.SoftTargets.Redis;

/// <summary>Which certificates a connection over TLS accepts: those of the machine's authorities, or of one file's and of nobody else.</summary>
internal sealed class RedisTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private readonly X509Certificate2Collection? _authorities;
    private volatile string? _refusal;

    private RedisTrust(X509Certificate2Collection? authorities) => _authorities = authorities;

    /// <summary>Why the last certificate was refused; null when it was accepted, or none was shown yet.</summary>
    public string? Refusal => _refusal;

    /// <param name="file">Certificates of authorities as PEM; null: the machine's.</param>
    /// <exception cref="KdException"><c>KD1404</c>: the file holds none, or cannot be read.</exception>
    public static RedisTrust Of(string? file)
    {
        if (file is null)
            return new RedisTrust(null);
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw RedisAddress.Bad($"its authorities cannot be read: {e.Message}");
        }

        return authorities.Count > 0 ? new RedisTrust(authorities) : throw RedisAddress.Bad($"there is no certificate in '{file}'.");
    }

    /// <summary>As <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        X509ChainStatus[] doubts = chain?.ChainStatus ?? [];
        if (_authorities is not null && certificate is X509Certificate2 shown)
        {
            using X509Chain own = OwnChain(chain);
            bool built = own.Build(shown);
            errors = built ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors : errors | SslPolicyErrors.RemoteCertificateChainErrors;
            doubts = own.ChainStatus;
        }

        _refusal = Why(errors, doubts);
        return _refusal is null;
    }

    private X509Chain OwnChain(X509Chain? shown)
    {
        var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, ApplicationPolicy = { new Oid(ServerAuthentication) } },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        // What the server sent between itself and its authority.
        foreach (X509ChainElement element in shown?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain;
    }

    private static string? Why(SslPolicyErrors errors, X509ChainStatus[] doubts) => errors switch
    {
        SslPolicyErrors.None => null,
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "the server shows no certificate.",
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) => $"the server's certificate is not trusted ({string.Join(", ", doubts.Select(d => d.Status).Distinct())}); name its authority with ?ca=FILE.",
        _ => "the server's certificate is for another name.",
    };
}
