using System.Runtime.CompilerServices;
using KdCluster.Tests.Redis;

namespace KdCluster.Tests.ManySilos;

/// <summary>A test that needs several silos, and a Redis through which they meet.</summary>
internal sealed class ManySilosFactAttribute : FactAttribute
{
    public ManySilosFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = (RedisServer.Missing, typeof(RedisServer), nameof(RedisServer.IsInstalled));
}
