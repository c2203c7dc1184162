using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using KdCluster.Client;
using KdCluster.Tests.EndToEnd;
using KdCluster.Tests.Redis;
using KdCluster.Tests.Security;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>Silos that know one another by certificates, over gRPC and beneath Orleans' messages, and their callers by tokens.</summary>
public sealed class SecureClusterTests
{
    private readonly TestAuthority _authority = new();

    [ManySilosFact]
    public async Task Silos_meet_teach_and_train_over_mutual_tls_alone()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        Tokens tokens = new(folder.Path);
        string silos = tokens.Add("silos", Cluster.Security.Role.Operator), ca = folder.File("ca.crt");
        await File.WriteAllTextAsync(ca, _authority.Pem);
        int port = FreePort();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using KdProcess teacher = Start("teacher", "teacher", port), trainer = Start("trainer", "trainer,gateway", FreePort());
        await teacher.LineAsync("Silo at ");
        string address = (await trainer.LineAsync("Silo at ")).Split(' ')[2].TrimEnd(',');
        (string cert, string key) = _authority.Issue(folder, "client", TestAuthority.Client);
        await using KdClient op = tokens.Client(address, tokens["op"], ca, cert, key);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(120));

        Run taught = await (await op.StartAsync(TinyTask.Recipe(folder.Path, "teacher"), cancellationToken: patience.Token)).ResultAsync(patience.Token);
        await op.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = taught.Students[0].Checkpoint });
        Run run = await (await op.StartAsync(TinyTask.Recipe(folder.Path, "student", teachers: ["bag"]), cancellationToken: patience.Token)).ResultAsync(patience.Token);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal(2, (await op.Cluster.SilosAsync(new SilosRequest())).Silos.Count);
        Assert.True(await SpeaksAsync(port, folder, TestAuthority.Server));
        Assert.False(await SpeaksAsync(port, folder, TestAuthority.Client));
        Assert.False(await SpeaksAsync(port, folder, null));

        KdProcess Start(string name, string roles, int siloPort)
        {
            (string own, string secret) = _authority.Issue(folder, name, TestAuthority.Server, TestAuthority.Client);
            return KdProcess.Start(
                folder.File($"home-{name}"), "silo", "--url", "https://127.0.0.1:0", "--shared", folder.File("shared"), "--redis", redis.Address, "--roles", roles, "--silo-port", $"{siloPort}",
                "--trainers", "1", "--lanes", "1", "--tokens", tokens.File, "--token", silos, "--cert", own, "--key", secret, "--ca", ca, "--require-client-cert", "--data-roots", folder.Path);
        }
    }

    /// <summary>Whether a silo's port for messages between silos goes on with someone who shows such a certificate.</summary>
    private async Task<bool> SpeaksAsync(int port, TemporaryFolder folder, string? purpose)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        using SslStream ssl = new(tcp.GetStream(), false, (_, _, _, _) => true);
        SslClientAuthenticationOptions options = new() { TargetHost = "localhost" };
        if (purpose is not null)
        {
            (string cert, string key) = _authority.Issue(folder, "someone", purpose);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(cert, key), null, offline: true);
        }

        try
        {
            await ssl.AuthenticateAsClientAsync(options);
            byte[] first = new byte[1];
            return await ssl.ReadAtLeastAsync(first, 1, throwOnEndOfStream: false).AsTask().WaitAsync(TimeSpan.FromSeconds(10)) == 1;
        }
        catch (TimeoutException)
        {
            return true;   // it waits for what a silo would say
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
