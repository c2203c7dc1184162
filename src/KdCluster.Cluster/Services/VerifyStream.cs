using System.Threading.Channels;
using Grpc.Core;
using KdCluster.SoftTargets;

namespace KdCluster.Cluster.Services;

/// <summary>Checks a store and tells a client how far it is. A client that reads slowly misses news; the check does not wait for it.</summary>
internal sealed class VerifyStream : IProgress<long>
{
    private readonly Channel<long> _news = Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private long _read;

    private VerifyStream()
    {
    }

    public static async Task WriteAsync(ISoftTargetStoreAdmin store, bool repair, IServerStreamWriter<V1.StoreVerifyProgress> stream, CancellationToken cancellationToken)
    {
        long total = (await store.StatsAsync(cancellationToken)).Sets.Sum(s => s.Rows);
        var progress = new VerifyStream();
        Task<StoreVerification> work = progress.VerifyAsync(store, repair, cancellationToken);
        try
        {
            await foreach (long read in progress._news.Reader.ReadAllAsync(cancellationToken))
                await stream.WriteAsync(new V1.StoreVerifyProgress { Read = read, Total = total }, cancellationToken);
        }
        finally
        {
            await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        StoreVerification found = await work;
        await stream.WriteAsync(
            new V1.StoreVerifyProgress { Read = found.Rows, Total = total, Found = new V1.StoreVerifyReply { Rows = found.Rows, Damaged = found.Damaged, Repaired = found.Repaired } },
            cancellationToken);
    }

    void IProgress<long>.Report(long more) => _news.Writer.TryWrite(Interlocked.Add(ref _read, more));

    private async Task<StoreVerification> VerifyAsync(ISoftTargetStoreAdmin store, bool repair, CancellationToken cancellationToken)
    {
        try
        {
            return await store.VerifyAsync(repair, cancellationToken, this);
        }
        finally
        {
            _news.Writer.Complete();
        }
    }
}
