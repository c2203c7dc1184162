namespace Grpc.Core;

/// <summary>What TLS says of the peer.</summary>
public class AuthContext(string? peerIdentityPropertyName, Dictionary<string, List<AuthProperty>> properties)
{
    public bool IsPeerAuthenticated => PeerIdentityPropertyName is not null;

    public string? PeerIdentityPropertyName { get; } = peerIdentityPropertyName;

    public IEnumerable<AuthProperty> Properties => properties.Values.SelectMany(list => list);
}

/// <summary>One fact about the peer.</summary>
public class AuthProperty
{
    private AuthProperty(string name, byte[] valueBytes)
    {
        Name = name;
        ValueBytes = valueBytes;
    }

    public string Name { get; }

    public byte[] ValueBytes { get; }

    public static AuthProperty Create(string name, byte[] valueBytes) => new(name, valueBytes);
}
