namespace KdCluster.Cluster.Telemetry;

/// <summary>Since when the silo runs: what serves a call is made for that call, and would begin to count with it.</summary>
internal sealed class SiloAge(TimeProvider time)
{
    private readonly long _since = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_since);
}
