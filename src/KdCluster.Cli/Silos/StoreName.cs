namespace KdCluster.Cli.Silos;

/// <summary>A store's address, for people.</summary>
internal static class StoreName
{
    /// <summary>The address without its password.</summary>
    public static string Shown(string store) => Uri.TryCreate(store, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length > 0
        ? store.Replace(uri.UserInfo + "@", "…@", StringComparison.Ordinal)
        : store;
}
