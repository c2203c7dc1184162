namespace Orleans.Configuration;

public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    public string ClusterId { get; set; } = DefaultClusterId;

    public string ServiceId { get; set; } = DefaultServiceId;
}

public class SiloOptions
{
    public string SiloName { get; set; } = $"Silo_{Guid.NewGuid().ToString("N")[..5]}";
}

public class EndpointOptions
{
    public const int DEFAULT_SILO_PORT = 11111;
    public const int DEFAULT_GATEWAY_PORT = 30000;

    public System.Net.IPAddress? AdvertisedIPAddress { get; set; }

    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;

    public System.Net.IPEndPoint? SiloListeningEndpoint { get; set; }
}

public abstract class MessagingOptions
{
    /// <summary>How long a caller waits for an answer, where the method has no [ResponseTimeout]: 30 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

public class SiloMessagingOptions : MessagingOptions;

public class ClientMessagingOptions : MessagingOptions;

public class GrainCollectionOptions
{
    /// <summary>How often idle grains are looked for: 1 minute.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a grain is idle before it is deactivated: 15 minutes. Longer than the quantum.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The same for single classes, by full name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>What stands beneath the messages between silos. One silo sends none: what is configured here is never asked.</summary>
public class SiloConnectionOptions
{
    public void ConfigureSiloOutboundConnection(Action<Microsoft.AspNetCore.Connections.IConnectionBuilder> configure) => ArgumentNullException.ThrowIfNull(configure);

    public void ConfigureSiloInboundConnection(Action<Microsoft.AspNetCore.Connections.IConnectionBuilder> configure) => ArgumentNullException.ThrowIfNull(configure);

    public void ConfigureGatewayInboundConnection(Action<Microsoft.AspNetCore.Connections.IConnectionBuilder> configure) => ArgumentNullException.ThrowIfNull(configure);
}

/// <summary>How silos watch one another. Where one silo is the cluster it is read and has no effect.</summary>
public class ClusterMembershipOptions
{
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan MaxProbeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public bool EnableConnectionLivenessCheck { get; set; } = true;

    public int NumMissedProbesLimit { get; set; } = 3;

    public int NumVotesForDeathDeclaration { get; set; } = 2;

    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);

    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);
}
