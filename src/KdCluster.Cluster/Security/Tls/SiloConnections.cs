using System.Net.Security;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace KdCluster.Cluster.Security;

/// <summary>Puts TLS beneath the messages between silos, each with its certificate.</summary>
internal static class SiloConnections
{
    /// <summary>From and to other silos, and from clients of Orleans' gateway: every caller there is a silo.</summary>
    public static ISiloBuilder UseKdTls(this ISiloBuilder silo, SecurityOptions security)
    {
        if (security.MutualTls)
        {
            silo.Services.AddOptions<SiloConnectionOptions>().Configure<SiloCertificates>((connections, certificates) =>
            {
                TlsOptions tls = Options(certificates);
                connections.ConfigureSiloInboundConnection(b => b.UseServerTls(tls));
                connections.ConfigureSiloOutboundConnection(b => b.UseClientTls(tls));
                connections.ConfigureGatewayInboundConnection(b => b.UseServerTls(tls));
            });
        }

        return silo;
    }

    /// <summary>For both sides of a connection: certificates as their files are when it is made, and one of a silo from the other side.</summary>
    public static TlsOptions Options(SiloCertificates certificates) => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(5),
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (peer, shown, _) => certificates.TrustsSilo(peer, shown),
        LocalServerCertificateSelector = (_, _) => certificates.Current.Own,
        // With those that signed it, which a selector cannot hand over.
        OnAuthenticateAsServer = (_, ssl) =>
        {
            ssl.ServerCertificateSelectionCallback = null;
            ((SslServerAuthenticationOptions)ssl.SslServerAuthenticationOptions).ServerCertificateContext = certificates.Current.Context;
        },
        // Silos come and go with their addresses: it is the signature that makes one, not the name.
        OnAuthenticateAsClient = (_, ssl) =>
        {
            ssl.TargetHost = "";
            ((SslClientAuthenticationOptions)ssl.SslClientAuthenticationOptions).ClientCertificateContext = certificates.Current.Context;
        },
    };
}
