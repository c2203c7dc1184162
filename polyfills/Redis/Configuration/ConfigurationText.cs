using System.Globalization;

namespace StackExchange.Redis;

/// <summary>Options as one line: endpoints and <c>name=value</c>, separated by commas.</summary>
internal static class ConfigurationText
{
    public static ConfigurationOptions Parse(string configuration, bool ignoreUnknown)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new ConfigurationOptions();
        foreach (var part in configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            if (equals < 0)
            {
                options.EndPoints.Add(part);
            }
            else if (!Set(options, part[..equals].Trim().ToLowerInvariant(), part[(equals + 1)..].Trim()) && !ignoreUnknown)
            {
                throw new ArgumentException($"Keyword '{part[..equals]}' is not supported.", nameof(configuration));
            }
        }

        return options;
    }

    public static string Format(ConfigurationOptions options, int? asyncTimeout, bool includePassword)
    {
        var defaults = new ConfigurationOptions();
        var parts = options.EndPoints.Select(EndPointCollection.ToString).ToList();
        Add("user", options.User, null);
        Add("password", options.Password is not null && !includePassword ? "*****" : options.Password, null);
        Add("ssl", options.Ssl, defaults.Ssl);
        Add("sslHost", options.SslHost, null);
        Add("abortConnect", options.AbortOnConnectFail, defaults.AbortOnConnectFail);
        Add("allowAdmin", options.AllowAdmin, defaults.AllowAdmin);
        Add("connectTimeout", options.ConnectTimeout, defaults.ConnectTimeout);
        Add("connectRetry", options.ConnectRetry, defaults.ConnectRetry);
        Add("syncTimeout", options.SyncTimeout, defaults.SyncTimeout);
        Add("asyncTimeout", asyncTimeout, null);
        Add("keepAlive", options.KeepAlive, defaults.KeepAlive);
        Add("defaultDatabase", options.DefaultDatabase, null);
        Add("name", options.ClientName, null);
        return string.Join(',', parts);

        void Add(string name, object? value, object? unset)
        {
            if (!Equals(value, unset))
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
            }
        }
    }

    private static bool Set(ConfigurationOptions options, string name, string value)
    {
        switch (name)
        {
            case "user":
                options.User = value;
                return true;
            case "password":
                options.Password = value;
                return true;
            case "ssl":
                options.Ssl = Flag(name, value);
                return true;
            case "sslhost":
                options.SslHost = value;
                return true;
            case "abortconnect":
                options.AbortOnConnectFail = Flag(name, value);
                return true;
            case "allowadmin":
                options.AllowAdmin = Flag(name, value);
                return true;
            case "connecttimeout":
                options.ConnectTimeout = Number(name, value);
                return true;
            case "connectretry":
                options.ConnectRetry = Number(name, value);
                return true;
            case "synctimeout":
                options.SyncTimeout = Number(name, value);
                return true;
            case "asynctimeout":
                options.AsyncTimeout = Number(name, value);
                return true;
            case "keepalive":
                options.KeepAlive = Number(name, value);
                return true;
            case "defaultdatabase":
                options.DefaultDatabase = Number(name, value);
                return true;
            case "name":
                options.ClientName = value;
                return true;
            default:
                return false;
        }
    }

    private static bool Flag(string name, string value) => value.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" => false,
        _ => throw new ArgumentOutOfRangeException(name, $"Keyword '{name}' requires a boolean value; the value '{value}' is not recognised."),
    };

    private static int Number(string name, string value) => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new ArgumentOutOfRangeException(name, $"Keyword '{name}' requires an integer value; the value '{value}' is not recognised.");
}
