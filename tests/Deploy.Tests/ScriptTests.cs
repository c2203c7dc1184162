using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using KdCluster.Cluster;
using KdCluster.Cluster.Health;
using KdCluster.Cluster.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace KdCluster.Tests;

/// <summary>The scripts of deploy/, run as they are.</summary>
public class ScriptTests
{
    [Fact]
    public async Task The_probe_says_what_the_silo_says()
    {
        Drain drain = new();
        await using TelemetryEndpoint endpoint = new(new KdClusterOptions { Metrics = "http://127.0.0.1:0" }, new SiloReadiness([drain]), NullLoggerFactory.Instance);
        await endpoint.StartAsync(CancellationToken.None);
        string everywhere = endpoint.Address!.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal);
        Assert.Equal((0, "ready"), await RunAsync("image/kd-probe", ["readyz"], ("KD_METRICS", endpoint.Address!)));
        Assert.Equal((0, "ok"), await RunAsync("image/kd-probe", ["livez"], ("KD_METRICS", everywhere)));
        drain.On = true;
        Assert.Equal((1, "drain: the silo is being drained"), await RunAsync("image/kd-probe", ["readyz"], ("KD_METRICS", endpoint.Address!)));
        Assert.Equal(0, (await RunAsync("image/kd-probe", ["livez"], ("KD_METRICS", endpoint.Address!))).Code);

        await endpoint.StopAsync(CancellationToken.None);
        Assert.NotEqual(0, (await RunAsync("image/kd-probe", ["livez"], ("KD_METRICS", endpoint.Address!))).Code);
    }

    [OpenSslFact]
    public async Task Secrets_are_an_authority_and_a_certificate_of_it_for_every_silo()
    {
        string folder = Directory.CreateTempSubdirectory("kd-secrets-").FullName;
        try
        {
            (int code, _) = await RunAsync("make-secrets.sh", [folder]);
            Assert.Equal(0, code);
            using X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "ca.pem"));
            using X509Certificate2 silo = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "silo.pem"), Path.Combine(folder, "silo.key"));
            using X509Chain chain = new();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            Assert.True(chain.Build(silo), string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation)));
            Assert.All(DeployFiles.Compose["services"]!.AsObject().Select(s => s.Key).Where(s => s != "redis").Append("localhost"), s => Assert.True(silo.MatchesHostname(s), s));
            Assert.False(silo.MatchesHostname("elsewhere"));
            Assert.Equal($"redis://:{(await File.ReadAllTextAsync(Path.Combine(folder, "redis-password"))).Trim()}@redis:6379\n", await File.ReadAllTextAsync(Path.Combine(folder, "redis-url")));

            // A second time it changes nothing.
            byte[] before = await File.ReadAllBytesAsync(Path.Combine(folder, "silo.pem"));
            await RunAsync("make-secrets.sh", [folder]);
            Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(folder, "silo.pem")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static async Task<(int Code, string Output)> RunAsync(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Path.Combine(DeployFiles.Deploy, script), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Trim());
    }

    private sealed class Drain : IReadinessCheck
    {
        public bool On { get; set; }

        public string Name => "drain";

        public string? Obstacle() => On ? "the silo is being drained" : null;
    }
}
