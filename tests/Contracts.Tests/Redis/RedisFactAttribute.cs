using System.Runtime.CompilerServices;

namespace KdCluster.Tests.RedisWire;

/// <summary>A test against a real redis-server, skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = (RedisServerProcess.Program + " is not installed", typeof(RedisServerProcess), nameof(RedisServerProcess.IsInstalled));
}
