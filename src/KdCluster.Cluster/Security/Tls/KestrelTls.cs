using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace KdCluster.Cluster.Security;

/// <summary>TLS of a silo's addresses that begin with https.</summary>
internal static class KestrelTls
{
    public static void UseKdTls(this KestrelServerOptions kestrel, SiloCertificates certificates, bool requireClients)
    {
        if (!certificates.Present)
        {
            return;
        }

        kestrel.ConfigureHttpsDefaults(https =>
        {
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.ServerCertificateSelector = (_, _) => certificates.Current.Own;
            https.OnAuthenticate = (_, ssl) =>
            {
                // For each connection what the files hold then, with those that signed it.
                ssl.ServerCertificateSelectionCallback = null;
                ssl.ServerCertificateContext = certificates.Current.Context;
            };
            if (requireClients)
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (peer, shown, _) => certificates.TrustsClient(peer, shown);
            }
        });
    }
}
