namespace KdCluster.Cluster.Silos;

/// <summary>The gRPC address by which others reach this silo: as configured, or, for a silo that is alone, where it came to listen.</summary>
internal sealed class SelfEndpoint(KdClusterOptions options)
{
    private volatile string _address = options.Advertise ?? options.Url;

    public string Address => _address;

    /// <summary>Says where the server came to listen.</summary>
    public void Listening(string address) => _address = options.Advertise ?? address;
}
