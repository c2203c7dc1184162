using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace KdCluster.Cluster.Security;

/// <summary>Puts TLS beneath the messages between silos.</summary>
internal static class SiloConnections
{
    /// <summary>From and to other silos, and from clients of Orleans' gateway: whoever speaks there is a silo.</summary>
    public static ISiloBuilder UseKdTls(this ISiloBuilder silo, SecurityOptions security)
    {
        if (security.MutualTls)
        {
            silo.Services.AddOptions<SiloConnectionOptions>().Configure<SiloConnectionTls>((connections, tls) =>
            {
                connections.ConfigureSiloInboundConnection(b => b.Use(tls.Server));
                connections.ConfigureSiloOutboundConnection(b => b.Use(tls.Client));
                connections.ConfigureGatewayInboundConnection(b => b.Use(tls.Server));
            });
        }

        return silo;
    }
}
