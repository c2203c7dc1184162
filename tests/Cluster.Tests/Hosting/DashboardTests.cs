using System.Net;
using System.Net.Http.Headers;
using System.Text;
using KdCluster.Cluster;
using KdCluster.Cluster.Hosting;
using KdCluster.Tests.ManySilos;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Security;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Hosting;

public sealed class DashboardTests
{
    private readonly string _url = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";

    [Fact]
    public async Task Operators_alone_see_it_and_nobody_the_state_of_grains()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Dashboard = _url, Security = new() { Tokens = tokens.File } });

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/", null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/", "nobody")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync("/ClusterStats", tokens["carl"])).Status);
        (HttpStatusCode status, string page) = await AskAsync("/", tokens["op"]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("<html", page, StringComparison.Ordinal);
        Assert.Contains("RunGrain", (await AskAsync("/GrainTypes?exclude=Orleans", tokens["op"])).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("/GrainState?grainId=x&grainType=y", tokens["op"])).Status);
    }

    [Fact]
    public async Task The_port_of_the_silo_itself_does_not_show_it()
    {
        await using TinySilo silo = await TinySilo.StartAsync(change: o => o with { Dashboard = _url });
        using HttpClient http = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        Assert.Equal(HttpStatusCode.OK, (await AskAsync("/", null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(silo.Silo.Address + DashboardPages.Path)).StatusCode);
    }

    [ManySilosFact]
    public async Task It_says_which_silos_have_none()
    {
        using TemporaryFolder folder = new();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using KdSilo with = await KdSilo.StartAsync(Options("with") with { Dashboard = _url });
        await using (await KdSilo.StartAsync(Options("without")))
        {
            (HttpStatusCode status, string why) = await AskAsync("/", null);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Contains("KD1614", why, StringComparison.Ordinal);
        }

        KdClusterOptions Options(string name) => new() { Home = folder.File(name), Shared = folder.File("shared"), Redis = redis.Address };
    }

    [Fact]
    public async Task Other_machines_see_it_over_TLS_with_tokens_alone()
    {
        using TemporaryFolder folder = new();

        KdException refused = await Assert.ThrowsAsync<KdException>(() => KdSilo.StartAsync(new() { Home = folder.File("home"), Dashboard = "http://0.0.0.0:5300" }));

        Assert.Equal("KD1805", refused.Code);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string page, string? token)
    {
        using HttpClient http = new();
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{token}")));
        }

        using HttpResponseMessage answer = await http.GetAsync(_url + DashboardPages.Path + page);
        Assert.Equal(answer.StatusCode == HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Any(c => c.Scheme == "Basic"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
