using System.Net.Security;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Security;

public class TlsTests
{
    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task A_silo_is_known_by_its_certificate_and_takes_a_new_one_without_a_restart()
    {
        using TemporaryFolder folder = new();
        (string cert, string key) = _authority.Issue(folder, "silo", TestAuthority.Server, TestAuthority.Client);
        await using TinySilo silo = await StartAsync(folder, new() { Cert = cert, Key = key, Ca = Ca(folder) });

        Assert.StartsWith("https://", silo.Silo.Address, StringComparison.Ordinal);
        await DescribeAsync(silo, Ca(folder));
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => DescribeAsync(silo, Ca(folder, new TestAuthority("stranger"))));
        Assert.Contains("--ca", refused.ToKd(silo.Silo.Address).Errors[0].Remedy, StringComparison.Ordinal);
        string before = await SerialAsync(silo);

        _authority.Issue(folder, "silo", TestAuthority.Server, TestAuthority.Client);
        string after = await UntilAsync(() => SerialAsync(silo), s => s != before);
        Assert.NotEqual(before, after);
        await DescribeAsync(silo, Ca(folder));
        await File.WriteAllTextAsync(cert, "no certificate");
        await DescribeAsync(silo, Ca(folder));
    }

    [Fact]
    public async Task Clients_need_a_certificate_where_the_silo_wants_one()
    {
        using TemporaryFolder folder = new();
        (string cert, string key) = _authority.Issue(folder, "silo", TestAuthority.Server, TestAuthority.Client);
        (string mine, string myKey) = _authority.Issue(folder, "alice", TestAuthority.Client);
        (string theirs, string theirKey) = new TestAuthority("stranger").Issue(folder, "mallory", TestAuthority.Client);
        (string server, string serverKey) = _authority.Issue(folder, "web", TestAuthority.Server);
        await using TinySilo silo = await StartAsync(folder, new() { Cert = cert, Key = key, Ca = Ca(folder), RequireClientCert = true });

        await DescribeAsync(silo, Ca(folder), mine, myKey);
        await Assert.ThrowsAsync<RpcException>(() => DescribeAsync(silo, Ca(folder)));
        await Assert.ThrowsAsync<RpcException>(() => DescribeAsync(silo, Ca(folder), theirs, theirKey));
        await Assert.ThrowsAsync<RpcException>(() => DescribeAsync(silo, Ca(folder), server, serverKey));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("garbage")]
    [InlineData("other key")]
    [InlineData("empty ca")]
    public async Task Certificates_that_cannot_be_used_are_said_before_anything_starts(string wrong)
    {
        using TemporaryFolder folder = new();
        (string cert, string key) = _authority.Issue(folder, "silo", TestAuthority.Server);
        string ca = Ca(folder);
        switch (wrong)
        {
            case "missing": File.Delete(key); break;
            case "garbage": await File.WriteAllTextAsync(cert, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"); break;
            case "other key": key = _authority.Issue(folder, "other", TestAuthority.Server).Key; break;
            case "empty ca": await File.WriteAllTextAsync(ca, ""); break;
        }

        KdException refused = await Assert.ThrowsAsync<KdException>(() => StartAsync(folder, new() { Cert = cert, Key = key, Ca = ca }));
        Assert.Equal("KD1806", refused.Code);
    }

    [Fact]
    public void A_silos_token_is_shown_to_the_clusters_own_alone()
    {
        SecurityOptions security = new() { Token = "kdt_s.x", Cert = "c", Key = "k", Ca = "a" };
        Cluster.Security.PeerAccess peers = new(new KdClusterOptions { Security = security });

        Assert.Equal(("kdt_s.x", "a", "c"), (peers.To("https://other:1").Token, peers.To("https://other:1").TrustedCertificates, peers.To("https://other:1").Certificate));
        Assert.Null(peers.To("http://other:1").Token);
        Assert.Null(new Cluster.Security.PeerAccess(new KdClusterOptions { Security = security with { Ca = null } }).To("https://other:1").Token);
    }

    private static Task<TinySilo> StartAsync(TemporaryFolder folder, SecurityOptions security) =>
        TinySilo.StartAsync(folder, o => o with { Url = "https://127.0.0.1:0", Security = security });

    private static async Task DescribeAsync(TinySilo silo, string ca, string? cert = null, string? key = null)
    {
        await using KdClient client = new(new KdClientOptions
        {
            Addresses = [silo.Silo.Address],
            TrustedCertificates = ca,
            Certificate = cert,
            CertificateKey = key,
            RetryTimeout = TimeSpan.Zero,
        });
        await client.Cluster.DescribeAsync(new DescribeSiloRequest());
    }

    private static async Task<string> SerialAsync(TinySilo silo)
    {
        using System.Net.Sockets.TcpClient tcp = new();
        await tcp.ConnectAsync("127.0.0.1", new Uri(silo.Silo.Address).Port);
        using SslStream ssl = new(tcp.GetStream(), false, (_, _, _, _) => true);
        await ssl.AuthenticateAsClientAsync("localhost");
        return ssl.RemoteCertificate!.GetSerialNumberString();
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> good)
    {
        DateTime patience = DateTime.UtcNow.AddSeconds(20);
        T last = await ask();
        while (!good(last) && DateTime.UtcNow < patience)
        {
            last = await ask();
        }

        return last;
    }

    private string Ca(TemporaryFolder folder, TestAuthority? authority = null)
    {
        string file = folder.File(authority is null ? "ca.crt" : "stranger.crt");
        File.WriteAllText(file, (authority ?? _authority).Pem);
        return file;
    }
}
