using KdCluster.Cluster;
using KdCluster.Cluster.Security;

namespace KdCluster.Tests.Security;

public class ListeningTests
{
    private static readonly SecurityOptions Full = new() { Tokens = "t", Cert = "c", Key = "k", Ca = "a" };

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:5200")]
    [InlineData("http://[::1]:5200")]
    [InlineData("http://127.8.9.1:5200;http://[::1]:1")]
    public void This_machine_alone_needs_nothing(string url) => ListeningCheck.Check(new() { Url = url });

    [Theory]
    [InlineData("http://0.0.0.0:5200")]
    [InlineData("http://*:5200")]
    [InlineData("http://+:5200")]
    [InlineData("http://[::]:5200")]
    [InlineData("http://10.0.0.7:5200")]
    [InlineData("http://silo.example:5200")]
    [InlineData("http://127.0.0.1:5200;http://10.0.0.7:5200")]
    public void Other_machines_need_tls_and_tokens(string url)
    {
        Assert.Equal("KD1805", Refused(new() { Url = url }));
        Assert.Equal("KD1805", Refused(new() { Url = url, Security = Full }));
        Assert.Equal("KD1805", Refused(new() { Url = url.Replace("http:", "https:", StringComparison.Ordinal), Security = Full with { Tokens = null } }));
        Assert.Equal("KD1805", Refused(new() { Url = url, Security = new() { MetricsOpen = true } }));
        ListeningCheck.Check(new() { Url = url.Replace("http:", "https:", StringComparison.Ordinal), Security = Full });
        ListeningCheck.Check(new() { Url = url, Security = new() { Insecure = true } });
    }

    [Theory]
    [InlineData("http://0.0.0.0:9464")]
    [InlineData("http://*:9464")]
    [InlineData("http://10.0.0.7:9464")]
    public void Other_machines_see_metrics_when_that_is_said(string url)
    {
        Assert.Equal("KD1805", Refused(new() { Metrics = url }));
        Assert.Equal("KD1805", Refused(new() { Metrics = url, Security = Full }));
        ListeningCheck.Check(new() { Metrics = url, Security = new() { MetricsOpen = true } });
        ListeningCheck.Check(new() { Metrics = "http://127.0.0.1:9464" });
    }

    [Fact]
    public void Https_needs_a_certificate_and_a_token_needs_an_authority()
    {
        Assert.Equal("KD1806", Refused(new() { Url = "https://127.0.0.1:0" }));
        Assert.Equal("KD1806", Refused(new() { Security = new() { Token = "t" } }));
        Assert.Equal("KD1806", Refused(new() { Security = new() { RequireClientCert = true } }));
    }

    [Fact]
    public void What_a_setting_opens_is_told()
    {
        KdClusterOptions all = new()
        {
            Url = "http://0.0.0.0:5200",
            Metrics = "http://0.0.0.0:9464",
            Dashboard = "http://127.0.0.1:1",
            Redis = "redis://127.0.0.1:1",
            SiloHost = "10.0.0.7",
            Security = new() { Insecure = true, MetricsOpen = true },
        };
        Assert.Equal(
            [("insecure", "http://0.0.0.0:5200"), ("metrics-open", "http://0.0.0.0:9464"), ("insecure", "silo-host 10.0.0.7")], ListeningCheck.Opened(all).Select(o => (o.Setting, o.Where)));
        Assert.Empty(ListeningCheck.Opened(new() { Security = new() { Insecure = true, MetricsOpen = true } }));
    }

    private static string Refused(KdClusterOptions options) => Assert.Throws<KdException>(() => ListeningCheck.Check(options)).Code;
}
