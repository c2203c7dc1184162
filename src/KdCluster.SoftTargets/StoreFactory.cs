namespace KdCluster.SoftTargets;

/// <summary>Opens the store that a recipe or a silo's option names.</summary>
public static class StoreFactory
{
    /// <summary>Opens a store; it is also an <see cref="ISoftTargetStoreAdmin"/>.</summary>
    /// <param name="store"><c>local</c> (the folder <c>soft-targets</c> of <paramref name="home"/>), <c>redis://…</c>, <c>rediss://…[?ca=FILE]</c> or <c>none</c>.</param>
    /// <param name="home">The silo's folder.</param>
    /// <param name="warn">Called once each time the store stops working; the run continues without it.</param>
    /// <param name="time">Clock of intervals and retries.</param>
    /// <exception cref="KdException"><c>KD1402</c>: the folder cannot be used. <c>KD1404</c>: not a store's address.</exception>
    public static ISoftTargetStore Open(string store, string home, Action<KdError> warn, TimeProvider time) => store switch
    {
        "local" => LocalStore.Open(Path.Combine(home, "soft-targets"), warn, time),
        "none" => new NullStore(),
        _ when store.StartsWith("redis://", StringComparison.Ordinal) || store.StartsWith("rediss://", StringComparison.Ordinal) => RedisStore.Open(store, warn, time),
        _ => throw new KdException("KD1404", "the store's address is not valid: it must be local, none, redis://… or rediss://….", "store", "Name one of these."),
    };
}
