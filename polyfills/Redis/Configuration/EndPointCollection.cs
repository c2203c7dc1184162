using System.Collections.ObjectModel;
using System.Globalization;
using System.Net;

namespace StackExchange.Redis;

/// <summary>Where a server may be; the first that answers is taken.</summary>
public sealed class EndPointCollection : Collection<EndPoint>
{
    private const int DefaultPort = 6379;

    public EndPointCollection()
    {
    }

    public EndPointCollection(IList<EndPoint> endpoints)
        : base([.. endpoints])
    {
    }

    public void Add(string host, int port) => Add(IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port));

    public void Add(IPAddress host, int port) => Add(new IPEndPoint(host, port));

    /// <summary><c>host</c>, <c>host:port</c> or <c>[v6]:port</c>.</summary>
    public void Add(string hostAndPort)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(hostAndPort);
        if (IPAddress.TryParse(hostAndPort, out var address))
        {
            Add(address, DefaultPort);
            return;
        }

        var colon = hostAndPort.LastIndexOf(':');
        if (colon < 0)
        {
            Add(hostAndPort, DefaultPort);
        }
        else if (ushort.TryParse(hostAndPort.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            Add(hostAndPort[..colon].Trim('[', ']'), port);
        }
        else
        {
            throw new ArgumentException($"Could not parse the endpoint '{hostAndPort}': the port is not a number.", nameof(hostAndPort));
        }
    }

    public static string ToString(EndPoint? endpoint) => endpoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        null => "",
        _ => endpoint.ToString()!,
    };
}
