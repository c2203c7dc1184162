using System.Net;
using System.Net.Security;

namespace StackExchange.Redis;

/// <summary>How to reach a server. Times are in milliseconds unless they say otherwise.</summary>
public sealed class ConfigurationOptions
{
    private IReconnectRetryPolicy? _retry;
    private int? _asyncTimeout;

    /// <summary>Decides on a certificate that is not trusted by itself.</summary>
    public event RemoteCertificateValidationCallback? CertificateValidation;

    public EndPointCollection EndPoints { get; init; } = [];

    public string? User { get; set; }

    public string? Password { get; set; }

    public bool Ssl { get; set; }

    /// <summary>The name that the server's certificate must carry. Default: the endpoint's host.</summary>
    public string? SslHost { get; set; }

    /// <summary>Whether connecting throws when no server answers, instead of going on in the background. Default: yes.</summary>
    public bool AbortOnConnectFail { get; set; } = true;

    /// <summary>Whether commands that manage a server (FLUSHDB, CONFIG, INFO, CLIENT and the like) may be sent. Default: no.</summary>
    public bool AllowAdmin { get; set; }

    /// <summary>For one attempt. Default: 5000.</summary>
    public int ConnectTimeout { get; set; } = 5000;

    /// <summary>Attempts of the first connection. Default: 3.</summary>
    public int ConnectRetry { get; set; } = 3;

    /// <summary>For synchronous commands. Default: 5000.</summary>
    public int SyncTimeout { get; set; } = 5000;

    /// <summary>For asynchronous commands. Default: as <see cref="SyncTimeout"/>.</summary>
    public int AsyncTimeout
    {
        get => _asyncTimeout ?? SyncTimeout;
        set => _asyncTimeout = value;
    }

    /// <summary>Seconds without traffic after which the connection is probed; -1: 60.</summary>
    public int KeepAlive { get; set; } = -1;

    public int? DefaultDatabase { get; set; }

    public string? ClientName { get; set; }

    /// <summary>Default: <see cref="ExponentialRetry"/> from half of <see cref="ConnectTimeout"/>.</summary>
    public IReconnectRetryPolicy ReconnectRetryPolicy
    {
        get => _retry ??= new ExponentialRetry(ConnectTimeout / 2);
        set => _retry = value;
    }

    internal RemoteCertificateValidationCallback? Validation => CertificateValidation;

    public static ConfigurationOptions Parse(string configuration) => ConfigurationText.Parse(configuration, ignoreUnknown: false);

    public static ConfigurationOptions Parse(string configuration, bool ignoreUnknown) => ConfigurationText.Parse(configuration, ignoreUnknown);

    public ConfigurationOptions Clone()
    {
        var clone = new ConfigurationOptions
        {
            EndPoints = [.. EndPoints],
            User = User,
            Password = Password,
            Ssl = Ssl,
            SslHost = SslHost,
            AbortOnConnectFail = AbortOnConnectFail,
            AllowAdmin = AllowAdmin,
            ConnectTimeout = ConnectTimeout,
            ConnectRetry = ConnectRetry,
            SyncTimeout = SyncTimeout,
            KeepAlive = KeepAlive,
            DefaultDatabase = DefaultDatabase,
            ClientName = ClientName,
        };
        (clone._retry, clone._asyncTimeout, clone.CertificateValidation) = (_retry, _asyncTimeout, CertificateValidation);
        return clone;
    }

    public override string ToString() => ToString(includePassword: true);

    /// <summary>The options that differ from their defaults, as <see cref="Parse(string)"/> takes them.</summary>
    public string ToString(bool includePassword) => ConfigurationText.Format(this, _asyncTimeout, includePassword);
}
