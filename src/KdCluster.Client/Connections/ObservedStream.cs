using Grpc.Core;

namespace KdCluster.Client.Connections;

/// <summary>The answers of a two-way stream. When it breaks, its silo is left: the next call goes to another.</summary>
internal sealed class ObservedStream<T>(IAsyncStreamReader<T> inner, SiloChannel silo, SiloChannels silos) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            return await inner.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e) when (Faults.IsTransport(e) && !cancellationToken.IsCancellationRequested)
        {
            silos.Leave(silo);
            throw;
        }
    }
}
