using KdCluster.Client;
using KdCluster.Cluster.Security;

namespace KdCluster.Tests.Security;

/// <summary>A file of tokens, one of each role and those a test adds.</summary>
internal sealed class Tokens
{
    private readonly Dictionary<string, string> _secrets = [];
    private readonly List<TokenEntry> _entries = [];

    public Tokens(string folder)
    {
        File = Path.Combine(folder, "tokens.json");
        Add("olga", Role.Observer);
        Add("carl", Role.Client);
        Add("op", Role.Operator);
    }

    public string File { get; }

    public string this[string id] => _secrets[id];

    public string Add(string id, Role role, TokenLimits? limits = null)
    {
        (string token, TokenHash hash) = TokenText.Create(id);
        _entries.RemoveAll(e => e.Id == id);
        _entries.Add(new TokenEntry { Id = id, Role = role, Hash = hash, Limits = limits ?? new() });
        TokenFile.Write(File, _entries);
        return _secrets[id] = token;
    }

    public KdClient Client(string address, string? token, string? ca = null, string? cert = null, string? key = null) =>
        new(new KdClientOptions { Addresses = [address], Token = token, TrustedCertificates = ca, Certificate = cert, CertificateKey = key, RetryTimeout = TimeSpan.Zero });
}
