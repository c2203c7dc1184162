using Grpc.Core;
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
    /// <param name="silo">Whose store.</param>
    /// <param name="repair">Whether to drop what is damaged.</param>
    /// <param name="show">Told how many rows have been read, and how many there are.</param>
    /// <param name="stop">Gives up.</param>
    public static Task<StoreVerifyReply> StoreVerifyAsync(this SiloConnection silo, bool repair, Action<long, long> show, CancellationToken stop) => silo.Client.CallAsync(async () =>
    {
        var request = new StoreVerifyRequest { Repair = repair };
        try
        {
            using AsyncServerStreamingCall<StoreVerifyProgress> call = silo.Client.Cluster.StoreVerifyWatch(request, cancellationToken: stop);
            StoreVerifyReply? found = null;
            await foreach (StoreVerifyProgress now in call.ResponseStream.ReadAllAsync(stop).ConfigureAwait(false))
            {
                show(now.Read, now.Total);
                found = now.Found;
            }

            return found ?? throw new KdException("KD1601", "the silo ended the verification without a result.", silo.Client.Address);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unimplemented or StatusCode.PermissionDenied)
        {
            // A silo of an earlier version, which says nothing until the end; with tokens it denies what it does not know. Who may not check is told so by this call too.
            return await silo.Client.Cluster.StoreVerifyAsync(request, cancellationToken: stop).ConfigureAwait(false);
        }
    });

    /// <summary>Deletes the rows of one fingerprint; empty: all.</summary>
    /// <returns>Rows deleted.</returns>
    public static async Task<long> StoreClearAsync(this SiloConnection silo, string fingerprint, CancellationToken stop)
    {
        StoreClearReply reply = await silo.Client.CallAsync(
            async () => await silo.Client.Cluster.StoreClearAsync(new StoreClearRequest { TeacherFingerprint = fingerprint }, cancellationToken: stop).ConfigureAwait(false)).ConfigureAwait(false);
        return reply.Rows;
    }
}
