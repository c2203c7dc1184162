using KdCluster.Tests.Redis;

namespace KdCluster.Tests.ManySilos;

/// <summary>A test that needs several silos, and a Redis through which they meet.</summary>
internal sealed class ManySilosFactAttribute : FactAttribute
{
    public ManySilosFactAttribute() => Skip = RedisServer.Executable is null ? "redis-server is not installed" : null!;
}
