using StackExchange.Redis;

namespace KdCluster.SoftTargets.Redis;

/// <summary>An address <c>redis://[user:password@]host[:port][/db]</c>; <c>rediss://…[?ca=FILE]</c> is the same over TLS.</summary>
/// <param name="Host">Name or number.</param>
/// <param name="Port">6379 unless named.</param>
/// <param name="Database">0 unless named.</param>
/// <param name="Secure">Over TLS.</param>
/// <param name="User">Null: the default user.</param>
/// <param name="Password">Null: none.</param>
/// <param name="Authorities">PEM file of those who may have signed the server's certificate; null: the machine's authorities.</param>
internal sealed record RedisAddress(string Host, int Port, int Database, bool Secure, string? User, string? Password, string? Authorities)
{
    /// <summary>Everything but the secrets.</summary>
    public string Id => $"{(Secure ? "rediss" : "redis")}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}/{Database}";

    /// <exception cref="KdException"><c>KD1404</c>: not such an address. What is wrong with it is said without repeating it, as it may hold a password.</exception>
    public static RedisAddress Parse(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
            throw Bad("it is not redis://[user:password@]host[:port][/db].");
        bool secure = uri.Scheme == "rediss";
        const string Ca = "?ca=";
        bool named = secure && uri.Query.Length > Ca.Length && uri.Query.StartsWith(Ca, StringComparison.Ordinal) && !uri.Query.Contains('&');
        if ((uri.Query.Length > 0 && !named) || uri.Fragment.Length > 0)
            throw Bad("it has a fragment, or a query other than ?ca=FILE after rediss://; a '?' or '#' in a password is written %3F or %23.");
        string path = uri.AbsolutePath.Trim('/');
        int database = 0;
        if (path.Length > 0 && !int.TryParse(path, System.Globalization.NumberStyles.None, null, out database))
            throw Bad($"its database '{path}' is not a number.");
        string[] login = uri.UserInfo.Split(':', 2);
        string? password = uri.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(login[^1]);
        string? user = login.Length == 2 && login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : null;
        return new RedisAddress(uri.IdnHost.Trim('[', ']'), uri.Port < 0 ? 6379 : uri.Port, database, secure, user, password, named ? Uri.UnescapeDataString(uri.Query[Ca.Length..]) : null);
    }

    /// <summary>Connects in the background, and again whenever the connection is lost.</summary>
    public ConfigurationOptions Options(RedisTrust trust)
    {
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            ConnectTimeout = 2000,
            ConnectRetry = 1,
            SyncTimeout = 2000,
            AsyncTimeout = 2000,
            DefaultDatabase = Database,
            Ssl = Secure,
            User = User,
            Password = Password,
            ClientName = "kdcluster",
            ReconnectRetryPolicy = new LinearRetry(500),
        };
        if (Secure)
        {
            options.SslHost = Host;
            options.CertificateValidation += trust.Accepts;
        }

        options.EndPoints.Add(Host, Port);
        return options;
    }

    public static KdException Bad(string what) => new("KD1404", $"the store's address is not understood: {what}", "store", "Write for instance redis://127.0.0.1:6379/0.");
}
