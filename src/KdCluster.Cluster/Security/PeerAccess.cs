using KdCluster.Client;

namespace KdCluster.Cluster.Security;

/// <summary>As whom a silo asks teachers of other silos.</summary>
internal sealed class PeerAccess(KdClusterOptions options)
{
    /// <summary>For a client of a silo at this address: with this silo's token and certificates where the address is of the cluster's kind.</summary>
    /// <param name="endpoint">As a recipe or the cluster names it. A recipe may name anyone's: the token goes to holders of a certificate of the cluster's authority alone.</param>
    public KdClientOptions To(string endpoint)
    {
        SecurityOptions security = options.Security;
        bool tls = endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        bool trusted = (tls && security.Ca is not null) || security.Insecure;
        return new KdClientOptions
        {
            Addresses = [endpoint],
            Token = trusted && security.TokenFile is null ? security.Token : null,
            TokenFile = trusted ? security.TokenFile : null,
            TrustedCertificates = tls ? security.Ca : null,
            Certificate = tls ? security.Cert : null,
            CertificateKey = tls ? security.Key : null,
        };
    }

    /// <summary>For a server of the Open Inference Protocol. Its token, like this silo's, goes to holders of a certificate of the authority that is named for it alone.</summary>
    /// <param name="endpoint">As a recipe names it: <c>oip://</c> or <c>oips://</c>.</param>
    public KdClientOptions ToInference(string endpoint)
    {
        string? ca = endpoint.StartsWith("oips:", StringComparison.Ordinal) ? options.Security.InferenceCa : null;
        return new KdClientOptions
        {
            Addresses = [Inference.InferenceTeacherClient.HttpAddress(endpoint)],
            TrustedCertificates = ca,
            TokenFile = ca is null ? null : options.Security.InferenceTokenFile,
        };
    }
}
