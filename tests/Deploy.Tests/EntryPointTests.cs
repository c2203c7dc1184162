using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Health.V1;
using KdCluster.Client;
using KdCluster.Tests.ManySilos;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Telemetry;
using KdCluster.V1;

namespace KdCluster.Tests;

/// <summary>The cluster of docker-compose.yml without an engine: its commands and environment as processes of this machine, with the secrets that its script makes.</summary>
public sealed class EntryPointTests : IDisposable
{
    private static readonly string[] Silos = ["teacher-1", "teacher-2", "trainer", "gateway"];
    private readonly string _folder = Directory.CreateTempSubdirectory("kd-compose-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ManySilosFact]
    public async Task Its_silos_form_a_cluster_that_is_ready_and_wants_tokens_and_ends_when_asked_to()
    {
        string secrets = Path.Combine(_folder, "secrets");
        (int made, string output) = await ScriptTests.RunAsync("make-secrets.sh", [secrets]);
        Assert.True(made == 0, output);
        await using RedisServer redis = await RedisServer.StartAsync("--requirepass", (await File.ReadAllTextAsync(Path.Combine(secrets, "redis-password"))).Trim());
        string url = await File.ReadAllTextAsync(Path.Combine(secrets, "redis-url"));
        await File.WriteAllTextAsync(Path.Combine(secrets, "redis-url"), url.Replace("redis:6379", $"127.0.0.1:{redis.Port}", StringComparison.Ordinal));
        await TokenAsync(secrets, "silos", "tokens/silo-token");
        await TokenAsync(secrets, "me", "tokens/my-token");

        Dictionary<string, Dictionary<string, string>> environments = Silos.ToDictionary(s => s, s => Environment(s, secrets));
        Dictionary<string, EntryPoint> running = [];
        try
        {
            foreach (string silo in Silos)
            {
                running[silo] = EntryPoint.Start(DeployFiles.Compose["services"]![silo]!["command"]!.AsArray().Select(w => w!.GetValue<string>()), environments[silo]);
            }

            await Task.WhenAll(running.Values.Select(r => r.ServesAsync()));
            foreach (string silo in Silos)
            {
                await ReadyAsync(silo, environments[silo], secrets);
            }

            await using KdClient client = Client(environments["gateway"]["KD_ADVERTISE"], secrets);
            await KnownAsync(client);
            await using KdClient stranger = new(new KdClientOptions { Addresses = [environments["gateway"]["KD_ADVERTISE"]], TrustedCertificates = Path.Combine(secrets, "ca.pem"), ConnectTimeout = TimeSpan.FromSeconds(30) });
            RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await stranger.Teachers.ListAsync(new ListTeachersRequest()));
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);

            foreach (string silo in Silos.Reverse())
            {
                await running[silo].TerminateAsync();
                Assert.True(await running[silo].EndAsync() == 0, $"{silo}:\n{running[silo].Written}");
            }
        }
        finally
        {
            foreach (EntryPoint each in running.Values)
            {
                await each.DisposeAsync();
            }
        }
    }

    /// <summary>The health service says so, the probe of the image says so, and the metrics do.</summary>
    private static async Task ReadyAsync(string silo, Dictionary<string, string> environment, string secrets)
    {
        await using KdClient client = Client(environment["KD_ADVERTISE"], secrets);
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        using AsyncServerStreamingCall<HealthCheckResponse> watch = new Health.HealthClient(client.Invoker).Watch(new HealthCheckRequest(), cancellationToken: deadline.Token);
        await foreach (HealthCheckResponse now in watch.ResponseStream.ReadAllAsync(deadline.Token))
        {
            if (now.Status == HealthCheckResponse.Types.ServingStatus.Serving)
            {
                break;
            }
        }

        Assert.Equal((0, "ready"), await ScriptTests.RunAsync("image/kd-probe", ["readyz"], ("KD_METRICS", environment["KD_METRICS"])));
        using HttpClient http = new();
        OpenMetricsText metrics = await OpenMetricsText.ScrapeAsync(http, $"{environment["KD_METRICS"]}/metrics");
        Assert.True(metrics.Value("kdcluster_silo_ready") == 1, silo);
    }

    /// <summary>Waits until the gateway knows all silos, each with the role that the file gives it.</summary>
    private static async Task KnownAsync(KdClient client)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(500));
        string[] wanted = ["gateway", "teacher", "teacher", "trainer"];
        string[] known = [];
        while (!known.SequenceEqual(wanted))
        {
            await timer.WaitForNextTickAsync(deadline.Token);
            known = [.. (await client.Cluster.SilosAsync(new SilosRequest(), cancellationToken: deadline.Token)).Silos.Select(s => string.Join(',', s.Roles)).Order(StringComparer.Ordinal)];
        }
    }

    private static KdClient Client(string address, string secrets) => new(new KdClientOptions
    {
        Addresses = [address],
        TrustedCertificates = Path.Combine(secrets, "ca.pem"),
        TokenFile = Path.Combine(secrets, "tokens", "my-token"),
        // Four silos start at once on what may be two cores.
        ConnectTimeout = TimeSpan.FromSeconds(30),
        RetryTimeout = TimeSpan.FromSeconds(60),
    });

    private static async Task TokenAsync(string secrets, string name, string file)
    {
        await using EntryPoint kd = EntryPoint.Start(["token", "create", "--role", "operator", "--name", name, "--tokens", Path.Combine(secrets, "tokens", "tokens.json")], new Dictionary<string, string>());
        Assert.True(await kd.EndAsync() == 0, kd.Written);
        await File.WriteAllTextAsync(Path.Combine(secrets, file), kd.Output);
    }

    /// <summary>The environment of the file, with what a container would have of its own: paths, names and ports.</summary>
    private Dictionary<string, string> Environment(string silo, string secrets)
    {
        JsonObject compose = DeployFiles.Compose;
        Dictionary<string, string> variables = compose["services"]![silo]!["environment"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.GetValue<string>());
        foreach ((string name, string value) in variables.ToArray())
        {
            if (value.StartsWith("/run/secrets/", StringComparison.Ordinal))
            {
                string file = compose["secrets"]![value["/run/secrets/".Length..]]!["file"]!.GetValue<string>();
                variables[name] = Path.Combine(secrets, Path.GetFileName(file));
            }
            else if (value.StartsWith("/run/kd/", StringComparison.Ordinal))
            {
                variables[name] = Path.Combine(secrets, value["/run/kd/".Length..]);
            }
        }

        int port = FreePort();
        (variables["KD_URL"], variables["KD_ADVERTISE"]) = ($"https://127.0.0.1:{port}", $"https://localhost:{port}");
        (variables["KD_SILO_HOST"], variables["KD_SILO_PORT"]) = ("127.0.0.1", $"{FreePort()}");
        variables["KD_METRICS"] = $"http://127.0.0.1:{FreePort()}";
        (variables["KD_HOME"], variables["KD_SHARED"]) = (Path.Combine(_folder, silo), Path.Combine(_folder, "shared"));
        return variables;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
