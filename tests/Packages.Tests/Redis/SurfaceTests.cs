using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

public sealed class SurfaceTests
{
    [PolyfillFact(typeof(IDatabase))]
    public void PublicSurface_IsApproved() => PublicSurface.AssertApproved(typeof(IDatabase).Assembly, "redis-surface.txt");
}
