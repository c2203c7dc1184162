namespace KdCluster.Cluster.Storage;

/// <summary>Store addresses as they may be shown.</summary>
internal static class StoreAddress
{
    /// <summary>The address with its password, if any, replaced by stars.</summary>
    public static string WithoutPassword(string store)
    {
        int scheme = store.IndexOf("://", StringComparison.Ordinal), at = store.LastIndexOf('@');
        if (scheme < 0 || at < 0)
        {
            return store;
        }

        int colon = store.IndexOf(':', scheme + 3);
        return colon < 0 || colon > at ? store : string.Concat(store.AsSpan(0, colon + 1), "***", store.AsSpan(at));
    }
}
