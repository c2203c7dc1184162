using System.Threading.Channels;
using Grpc.Core;
using KdCluster.SoftTargets;
using KdCluster.SoftTargets.Source;

namespace KdCluster.Cluster.Services;

/// <summary>Fills a store from several sources and tells a client how far it is.</summary>
internal static class WarmStream
{
    public static async Task WriteAsync(
        IReadOnlyList<SoftTargetSource> sources, IServerStreamWriter<V1.WarmProgress> stream, CancellationToken cancellationToken)
    {
        Channel<(int Source, WarmingProgress Progress)> news = Channel.CreateBounded<(int, WarmingProgress)>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        WarmingProgress[] now = [.. sources.Select(_ => new WarmingProgress(0, 0, 0, 0))];
        Task work = WarmAllAsync();
        await foreach ((int source, WarmingProgress progress) in news.Reader.ReadAllAsync(cancellationToken))
        {
            now[source] = progress;
            await stream.WriteAsync(Sum());
        }

        await work;
        await stream.WriteAsync(Sum());

        async Task WarmAllAsync()
        {
            try
            {
                for (int i = 0; i < sources.Count; i++)
                {
                    int source = i;
                    Direct progress = new(p => news.Writer.TryWrite((source, p)));
                    now[i] = await sources[i].WarmAsync(progress, cancellationToken);
                }
            }
            finally
            {
                news.Writer.Complete();
            }
        }

        V1.WarmProgress Sum() => new()
        {
            Rows = now.Sum(p => p.Done),
            Total = now.Sum(p => p.Total),
            StoreHits = now.Sum(p => p.StoreHits),
            TeacherRows = now.Sum(p => p.TeacherRows),
        };
    }

    // Progress<T> would hand reports to the thread pool, out of order.
    private sealed class Direct(Action<WarmingProgress> report) : IProgress<WarmingProgress>
    {
        public void Report(WarmingProgress value) => report(value);
    }
}
