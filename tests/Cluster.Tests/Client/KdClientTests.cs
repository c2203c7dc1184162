using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using KdCluster.Client;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Client;

public class KdClientTests
{
    private const string Nobody = "http://127.0.0.1:9";

    [Fact]
    public async Task A_call_goes_to_the_next_address_and_stays_there()
    {
        await using FakeSilo silo = await FakeSilo.StartAsync();
        await using KdClient client = Client(Nobody, silo.Address);

        await client.Run("a").GetAsync();
        await client.Run("b").GetAsync();

        Assert.Equal(silo.Address, client.Address);
        Assert.Equal(2, silo.Log.Calls);
    }

    [Fact]
    public async Task A_silo_that_hangs_is_left_for_the_next()
    {
        using TcpListener hung = new(IPAddress.Loopback, 0);
        hung.Start();   // the kernel takes connections; nobody reads them
        await using FakeSilo silo = await FakeSilo.StartAsync();
        await using KdClient client = new(new KdClientOptions
        {
            Addresses = [$"http://{hung.LocalEndpoint}", silo.Address],
            KeepAlive = TimeSpan.FromSeconds(1),
            RetryTimeout = TimeSpan.FromSeconds(20),
        });
        Stopwatch watch = Stopwatch.StartNew();

        await client.Run("a").GetAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(12), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Nobody_there_is_said_within_patience()
    {
        await using KdClient client = new(new KdClientOptions { Addresses = [Nobody, "http://127.0.0.1:10"], RetryTimeout = TimeSpan.FromMilliseconds(300) });

        KdException failed = await Assert.ThrowsAsync<KdException>(() => client.Run("a").GetAsync());

        Assert.Equal("KD1601", failed.Code);
    }

    [Fact]
    public async Task What_is_meant_for_one_silo_goes_to_no_other()
    {
        await using FakeSilo other = await FakeSilo.StartAsync();
        await using KdClient client = Client(Nobody, other.Address);

        RpcException failed = await Assert.ThrowsAsync<RpcException>(async () => await client.Cluster.DrainAsync(new DrainRequest()));

        // The other has no such service: it would have answered UNIMPLEMENTED.
        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
    }

    [Fact]
    public async Task What_a_silo_refuses_is_not_asked_elsewhere()
    {
        await using FakeSilo first = await FakeSilo.StartAsync(), second = await FakeSilo.StartAsync();
        await using KdClient client = Client(first.Address, second.Address);

        KdException refused = await Assert.ThrowsAsync<KdException>(() => client.Run("none").GetAsync());

        Assert.Equal("KD1306", refused.Code);
        Assert.Equal((1, 0), (first.Log.Calls, second.Log.Calls));
    }

    [Fact]
    public async Task A_watch_goes_on_at_the_next_address_when_its_silo_dies()
    {
        FakeSilo first = await FakeSilo.StartAsync();
        await using FakeSilo second = await FakeSilo.StartAsync();
        await using KdClient client = Client(first.Address, second.Address);
        await using IAsyncEnumerator<Run> run = client.Run("running").WatchAsync().GetAsyncEnumerator();

        Assert.True(await run.MoveNextAsync());
        Assert.Equal(new Uri(first.Address).Authority, run.Current.Folder);
        await first.DisposeAsync();
        Assert.True(await run.MoveNextAsync());
        Assert.Equal(new Uri(second.Address).Authority, run.Current.Folder);
    }

    [Fact]
    public async Task A_watch_leaves_a_silo_that_freezes_within_twice_the_keep_alive()
    {
        await using FakeSilo first = await FakeSilo.StartAsync(), second = await FakeSilo.StartAsync();
        await using StallingProxy frozen = new(first.Address);
        await using KdClient client = new(new KdClientOptions { Addresses = [frozen.Address, second.Address], KeepAlive = TimeSpan.FromSeconds(1) });
        await using IAsyncEnumerator<Run> run = client.Run("running").WatchAsync().GetAsyncEnumerator();
        Assert.True(await run.MoveNextAsync());

        frozen.Stall();
        Stopwatch clock = Stopwatch.StartNew();
        Assert.True(await run.MoveNextAsync());

        Assert.Equal(new Uri(second.Address).Authority, run.Current.Folder);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task A_watch_that_ends_before_its_run_is_asked_for_again()
    {
        await using FakeSilo silo = await FakeSilo.StartAsync();
        await using KdClient client = Client(silo.Address);
        List<RunState> states = [];
        await foreach (Run run in client.Run("cut").WatchAsync())
        {
            states.Add(run.State);
            if (states.Count == 3)
            {
                break;
            }
        }

        Assert.Equal(3, silo.Log.Calls);
        await foreach (Run run in client.Run("over").WatchAsync())
        {
            states.Add(run.State);
        }

        Assert.Equal([RunState.Running, RunState.Running, RunState.Running, RunState.Succeeded], states);
    }

    [Fact]
    public async Task Cancelling_a_watch_throws_what_cancelling_throws()
    {
        await using FakeSilo silo = await FakeSilo.StartAsync();
        await using KdClient client = Client(silo.Address);
        using CancellationTokenSource stop = new();
        Task watching = Task.Run(async () =>
        {
            await foreach (Run run in client.Run("running").WatchAsync(stop.Token))
            {
                Assert.Equal("running", run.Id);
            }
        });

        await silo.Log.Watched.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public async Task A_token_goes_with_each_call_and_a_changed_file_is_read_again()
    {
        using TemporaryFolder folder = new();
        await using FakeSilo silo = await FakeSilo.StartAsync();
        string file = folder.File("token");
        await File.WriteAllTextAsync(file, "first\n");
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await using KdClient client = new(new KdClientOptions { Addresses = [silo.Address], TokenFile = file });

        await client.Run("a").GetAsync();
        Assert.Equal("Bearer first", silo.Log.Authorization);
        await File.WriteAllTextAsync(file, "second\n");
        await client.Run("a").GetAsync();
        Assert.Equal("Bearer second", silo.Log.Authorization);
    }

    [Fact]
    public async Task A_token_behind_links_is_read_again_when_they_lead_elsewhere()
    {
        // As Kubernetes mounts a secret: the file is a link through a folder that is a link, and that one alone changes.
        using TemporaryFolder folder = new();
        await using FakeSilo silo = await FakeSilo.StartAsync();
        foreach (string version in (string[])["1", "2"])
        {
            Directory.CreateDirectory(folder.File(version));
            await File.WriteAllTextAsync(Path.Combine(folder.File(version), "token"), $"token-{version}\n");
        }

        Directory.CreateSymbolicLink(folder.File("data"), "1");
        File.CreateSymbolicLink(folder.File("token"), Path.Combine("data", "token"));
        await using KdClient client = new(new KdClientOptions { Addresses = [silo.Address], TokenFile = folder.File("token") });
        await client.Run("a").GetAsync();
        Assert.Equal("Bearer token-1", silo.Log.Authorization);

        Directory.Delete(folder.File("data"));
        Directory.CreateSymbolicLink(folder.File("data"), "2");
        await client.Run("a").GetAsync();
        Assert.Equal("Bearer token-2", silo.Log.Authorization);
    }

    [Fact]
    public async Task Tls_trusts_the_authority_that_is_named_and_shows_the_clients_certificate()
    {
        using TemporaryFolder folder = new();
        TestAuthority ours = new("ours"), theirs = new("theirs");
        await File.WriteAllTextAsync(folder.File("ca.pem"), ours.RootPem);
        await File.WriteAllTextAsync(folder.File("other.pem"), theirs.RootPem);
        using var certificate = ours.Issue("client");
        await File.WriteAllTextAsync(folder.File("client.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.File("client.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using FakeSilo silo = await FakeSilo.StartAsync(ours.Issue("silo"), ours.Root);
        KdClientOptions Options(string ca, bool shown) => new()
        {
            Addresses = [silo.Address],
            TrustedCertificates = folder.File(ca),
            Certificate = shown ? folder.File("client.pem") : null,
            CertificateKey = shown ? folder.File("client.key") : null,
            RetryTimeout = TimeSpan.Zero,
        };

        await using KdClient known = new(Options("ca.pem", shown: true)), unknown = new(Options("ca.pem", shown: false)), wary = new(Options("other.pem", shown: true));

        Assert.Equal("a", (await known.Run("a").GetAsync()).Id);
        Assert.Equal("KD1601", (await Assert.ThrowsAsync<KdException>(() => unknown.Run("a").GetAsync())).Code);
        KdException refused = await Assert.ThrowsAsync<KdException>(() => wary.Run("a").GetAsync());
        Assert.Contains("certificate", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_run_without_an_id_is_named_by_its_recipe_so_that_asking_again_starts_nothing_twice()
    {
        await using FakeSilo silo = await FakeSilo.StartAsync();
        await using KdClient client = Client(silo.Address);

        Assert.Matches("^film-1-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$", (await client.StartAsync("""{ "name": "film-1", /* why */ }""")).Id);
        Assert.Matches("^run-", (await client.StartAsync("no recipe")).Id);
    }

    [Fact]
    public void All_mistakes_in_the_options_are_said_at_once()
    {
        KdException wrong = Assert.Throws<KdException>(() => new KdClient(new KdClientOptions
        {
            Addresses = ["ftp://x", "http://y"],
            Token = "a",
            TokenFile = "b",
            Certificate = "c",
            KeepAlive = TimeSpan.FromMilliseconds(1),
        }));

        Assert.Equal(["Addresses:0", "Addresses:1", "TokenFile", "Certificate", "KeepAlive"], wrong.Errors.Select(e => e.Where));
        Assert.All(wrong.Errors, e => Assert.Equal("KD1340", e.Code));
        Assert.Throws<KdException>(() => new KdClient(new KdClientOptions()));
        Assert.Throws<KdException>(() => new KdClient(new KdClientOptions { Addresses = ["https://y"], TrustedCertificates = "/nowhere.pem" }));
    }

    private static KdClient Client(params string[] addresses) => new(new KdClientOptions { Addresses = addresses });
}
