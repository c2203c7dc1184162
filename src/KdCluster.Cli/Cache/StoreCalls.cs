using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Cache;

/// <summary>The store's calls, with coded errors.</summary>
internal static class StoreCalls
{
    /// <summary>What the silo's store holds.</summary>
    public static Task<StoreStatsReply> StoreStatsAsync(this SiloConnection silo, CancellationToken stop) => silo.Client.CallAsync(
        async () => await silo.Client.Cluster.StoreStatsAsync(new StoreStatsRequest(), cancellationToken: stop).ConfigureAwait(false));

    /// <summary>Reads and checks every row.</summary>
    public static Task<StoreVerifyReply> StoreVerifyAsync(this SiloConnection silo, bool repair, CancellationToken stop) => silo.Client.CallAsync(
        async () => await silo.Client.Cluster.StoreVerifyAsync(new StoreVerifyRequest { Repair = repair }, cancellationToken: stop).ConfigureAwait(false));

    /// <summary>Deletes the rows of one fingerprint; empty: all.</summary>
    /// <returns>Rows deleted.</returns>
    public static async Task<long> StoreClearAsync(this SiloConnection silo, string fingerprint, CancellationToken stop)
    {
        StoreClearReply reply = await silo.Client.CallAsync(
            async () => await silo.Client.Cluster.StoreClearAsync(new StoreClearRequest { TeacherFingerprint = fingerprint }, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        return reply.Rows;
    }
}
