using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cli.Silos;

/// <summary>Starts a silo in this process.</summary>
internal static class SiloStarter
{
    /// <summary>What the command line and the environment say of a silo that is alone and listens on a free port of this machine only.</summary>
    public static KdClusterOptions Options(Invocation invocation)
    {
        var plain = new KdClusterOptions();
        return plain with
        {
            Home = KdHome.Of(invocation).Folder,
            Device = invocation.Value(CommonOptions.Device) ?? invocation.Context.Variable("KD_DEVICE") ?? plain.Device,
            Store = invocation.Value(CommonOptions.Store) ?? invocation.Context.Variable("KD_STORE"),
        };
    }

    /// <summary>Starts it; its log is quiet unless <c>--verbose</c> was given.</summary>
    public static Task<KdSilo> StartAsync(Invocation invocation, KdClusterOptions options, CancellationToken cancellationToken) =>
        KdSilo.StartAsync(options, cancellationToken, invocation.Has(CommonOptions.Verbose) ? LogLevel.Information : LogLevel.Error);
}
