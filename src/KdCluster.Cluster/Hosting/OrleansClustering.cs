using System.Net;
using System.Net.Sockets;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.SoftTargets.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace KdCluster.Cluster.Hosting;

/// <summary>How a silo finds the others: through Redis, or not at all when it is alone.</summary>
internal static class OrleansClustering
{
    /// <summary>Calls between grains are short (long work is begun, then followed): an answer that takes longer is of a silo that died.</summary>
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(5);

    public static void Configure(ISiloBuilder silo, KdClusterOptions options)
    {
        silo.UseSiloMetadata(SiloMetadataKeys.Of(options));
        silo.Services.AddPlacementFilter<TeacherSiloFilter, TeacherSiloDirector>(ServiceLifetime.Singleton);
        silo.Services.AddPlacementFilter<TrainerSiloFilter, TrainerSiloDirector>(ServiceLifetime.Singleton);
        if (options.Redis is not { } redis)
        {
            int[] ports = FreePorts.Take(2);
            silo.UseLocalhostClustering(ports[0], ports[1], null, options.Cluster, options.Cluster);
            return;
        }

        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.Cluster, "kdcluster"));
        // No gateway: clients speak gRPC, to any silo.
        silo.ConfigureEndpoints(Address(options.SiloHost), options.SiloPort > 0 ? options.SiloPort : FreePorts.Take(1)[0], 0, listenOnAnyHostAddress: !IsLoopback(options));
        if (options.SiloListen > 0)
        {
            silo.Configure<EndpointOptions>(o => o.SiloListeningEndpoint = new IPEndPoint(IsLoopback(options) ? IPAddress.Loopback : IPAddress.Any, options.SiloListen));
        }

        silo.UseRedisClustering(o => o.ConfigurationOptions = RedisConnections.Of(redis));
        silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = s_answer);
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            o.ProbeTimeout = options.Probe;
            // A busy silo is given time by the number of misses, not by ever longer looks: a frozen one must be found as well.
            o.MaxProbeTimeout = 2 * options.Probe;
            o.EnableConnectionLivenessCheck = false;
            o.NumMissedProbesLimit = 3;
            o.NumVotesForDeathDeclaration = 1;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            o.DefunctSiloExpiration = TimeSpan.FromMinutes(10);
            o.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(5);
        });
    }

    private static bool IsLoopback(KdClusterOptions options) => IPAddress.TryParse(options.SiloHost, out IPAddress? address) && IPAddress.IsLoopback(address);

    /// <exception cref="KdException"><c>KD1610</c>: the name means no address.</exception>
    private static IPAddress Address(string host)
    {
        try
        {
            return IPAddress.TryParse(host, out IPAddress? address) ? address : Dns.GetHostAddresses(host, AddressFamily.InterNetwork)[0];
        }
        catch (Exception e) when (e is SocketException or IndexOutOfRangeException)
        {
            throw new KdException("KD1610", $"'{host}' has no address: {e.Message}", "silo-host", "Give the host name or address by which other silos reach this one.", e);
        }
    }
}
