using System.Collections.Concurrent;
using KdCluster.Client;
using KdCluster.Cluster.Security;

namespace KdCluster.Cluster.Teachers;

/// <summary>Connections to other silos' gRPC services, one per address.</summary>
internal sealed class PeerClients(PeerAccess access) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<KdClient>> _clients = new(StringComparer.Ordinal);

    public KdClient For(string endpoint) => _clients.GetOrAdd(endpoint, e => new Lazy<KdClient>(() => new KdClient(access.To(e)))).Value;

    /// <summary>A separate connection that makes each call once: for callers that choose another silo themselves.</summary>
    public KdClient Once(string endpoint)
    {
        KdClientOptions options = access.To(endpoint);
        options.RetryTimeout = TimeSpan.Zero;
        return new KdClient(options);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<KdClient> client in _clients.Values.Where(c => c.IsValueCreated))
        {
            await client.Value.DisposeAsync();
        }
    }
}
