using System.Collections.Concurrent;
using KdCluster.Cluster.Runs;
using KdCluster.SoftTargets;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Storage;

/// <summary>The soft-target stores that this silo has open, each once: its own, and those that recipes name.</summary>
internal sealed class Stores(KdClusterOptions options, TimeProvider time, ILogger<Stores> log) : IAsyncDisposable
{
    /// <summary>What a recipe writes to mean the silo's own.</summary>
    public const string Silo = "silo";

    private readonly ConcurrentDictionary<string, Lazy<ISoftTargetStore>> _open = new();

    /// <summary>The store that this silo's teachers write to.</summary>
    /// <exception cref="KdException"><c>KD1402</c>, <c>KD1404</c>: it cannot be opened.</exception>
    public ISoftTargetStore Own => For(Silo);

    /// <summary>What the silo's own store has counted, where it is a server that other silos use as well; null otherwise, and before it is opened.</summary>
    public StoreCounts? SharedCounts =>
        options.EffectiveStore.Contains("://", StringComparison.Ordinal) && _open.TryGetValue(options.EffectiveStore, out Lazy<ISoftTargetStore>? own) && own.IsValueCreated
            ? (own.Value as ISoftTargetStoreAdmin)?.Counts
            : null;

    /// <summary>The store of an address: <c>silo</c>, <c>local</c>, <c>redis://…</c> or <c>none</c>.</summary>
    public ISoftTargetStore For(string address)
    {
        string actual = address == Silo ? options.EffectiveStore : address;
        return _open.GetOrAdd(actual, a => new Lazy<ISoftTargetStore>(() => StoreFactory.Open(a, options.Home, e => log.StoreFailed(e.ToString()), time))).Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<ISoftTargetStore> store in _open.Values.Where(s => s.IsValueCreated))
        {
            await store.Value.DisposeAsync();
        }
    }
}
