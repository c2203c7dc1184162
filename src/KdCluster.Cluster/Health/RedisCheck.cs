namespace KdCluster.Cluster.Health;

/// <summary>
/// Whether the Redis through which silos find one another answers. Those that know one another continue without it; none can join, and none be declared dead.
/// Who asks it anyway tells here how it went.
/// </summary>
internal sealed class RedisCheck : IDegradationCheck
{
    private volatile string? _trouble;

    public string Name => "redis";

    public string? Trouble() => _trouble;

    public void Answered() => _trouble = null;

    public void Failed(string why) => _trouble = $"the Redis of the cluster does not answer: {Secrets.Hide(why)}";
}
