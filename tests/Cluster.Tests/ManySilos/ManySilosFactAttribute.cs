using KdCluster.Tests.Redis;

namespace KdCluster.Tests.ManySilos;

/// <summary>A test that needs several silos: the real Orleans, and a Redis through which they meet.</summary>
internal sealed class ManySilosFactAttribute : FactAttribute
{
    public ManySilosFactAttribute() => Skip =
        typeof(Grain).Assembly.GetName().Name!.StartsWith("KdCluster.Polyfills", StringComparison.Ordinal) ? "a cluster of several silos needs the real Orleans (nuget mode)"
        : RedisServer.Executable is null ? "redis-server is not installed"
        : null!;
}
