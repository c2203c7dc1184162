using StackExchange.Redis;

namespace KdCluster.SoftTargets.Redis;

/// <summary>Connections to an address of Redis for others than the store.</summary>
internal static class RedisConnections
{
    /// <exception cref="KdException"><c>KD1404</c>: not such an address.</exception>
    public static ConfigurationOptions Of(string address)
    {
        RedisAddress parsed = RedisAddress.Parse(address);
        return parsed.Options(RedisTrust.Of(parsed.Authorities));
    }
}
