using KdCluster.Cli.CommandLine;
using KdCluster.Cluster;
using KdCluster.Learning.Torch;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace KdCluster.Cli.Silos;

/// <summary>Starts a silo in this process.</summary>
internal static class SiloStarter
{
    /// <summary>What the command line, the environment and the file say of a silo that is alone, lasts as long as this command and listens on a free port of this machine.</summary>
    public static KdClusterOptions Options(Invocation invocation)
    {
        KdClusterOptions options = SettingSources.ReadInside(invocation);
        SecurityOptions security = options.Security;
        // The command's own token, for silos that it asks, need not be one that a silo could show.
        if (security.Ca is null && !security.Insecure)
            (security.Token, security.TokenFile) = (null, null);
        return options;
    }

    /// <summary>Starts a silo that lasts as long as this command, and says which settings are not for such a one.</summary>
    /// <exception cref="KdException"><c>KD1607</c>: the settings are of a cluster's silo.</exception>
    public static Task<KdSilo> StartInsideAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> lasting = SettingSources.Lasting(invocation);
        if (lasting.TryGetValue("redis", out string? where))
        {
            throw new KdException(
                "KD1607", "the settings are for a cluster, but this command has no silo of the cluster to call. A silo inside the command would be alone.", where,
                "Name a silo with --silo or KD_SILO, start one with kd silo, or remove the setting to work with a single silo.");
        }

        if (lasting.Count > 0)
            invocation.Terminal.Note($"The silo inside this command is a single silo on a free port of this machine. These settings are for kd silo only: {string.Join("; ", lasting.Values)}.");
        return StartAsync(invocation, Options(invocation), cancellationToken);
    }

    /// <summary>Sets up libtorch as a silo inside this command would, for a command that needs none.</summary>
    /// <returns>The device to compute on.</returns>
    public static torch.Device PrepareDevice(Invocation invocation)
    {
        KdClusterOptions options = Options(invocation);
        TorchRuntime.Initialize(options.TorchThreads);
        return TorchRuntime.ParseDevice(options.Device);
    }

    /// <summary>Starts it; its log is quiet unless <c>--verbose</c> was given.</summary>
    public static Task<KdSilo> StartAsync(Invocation invocation, KdClusterOptions options, CancellationToken cancellationToken) =>
        KdSilo.StartAsync(options, cancellationToken, invocation.Has(CommonOptions.Verbose) ? LogLevel.Information : LogLevel.Error, SettingSources.Sources(invocation));
}
