namespace KdCluster.Tests.RedisWire;

/// <summary>A test against a real redis-server, skipped where there is none.</summary>
public sealed class RedisFactAttribute() : RequiresFactAttribute(RedisServerProcess.IsInstalled ? null : RedisServerProcess.Program + " is not installed");
