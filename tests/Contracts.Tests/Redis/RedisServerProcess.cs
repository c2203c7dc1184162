using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KdCluster.Tests.RedisWire;

/// <summary>A redis-server of a test's own: a free loopback port, an empty folder, nothing kept.</summary>
public sealed class RedisServerProcess : IAsyncDisposable
{
    public const string Program = "/usr/bin/redis-server";

    private readonly string _folder = Directory.CreateTempSubdirectory("kd-redis-").FullName;
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServerProcess((string Certificate, string Key)? tls, string[] arguments)
    {
        Port = FreePort();
        _arguments = [.. PortArguments(tls), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder, .. arguments];
    }

    public static bool IsInstalled => File.Exists(Program);

    public int Port { get; }

    public string EndPoint => $"127.0.0.1:{Port}";

    public static async Task<RedisServerProcess> StartAsync(params string[] arguments)
    {
        var server = new RedisServerProcess(tls: null, arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Speaks TLS only.</summary>
    public static async Task<RedisServerProcess> StartTlsAsync(string certificatePem, string keyPem, params string[] arguments)
    {
        var server = new RedisServerProcess((certificatePem, keyPem), arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>On the same port.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true };
        foreach (var argument in _arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        var said = new List<string>();
        using CancellationTokenSource timeout = Deadline.After(TimeSpan.FromSeconds(20));
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            said.Add(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException("redis-server did not start: " + string.Join('\n', said));
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string[] PortArguments((string Certificate, string Key)? tls)
    {
        if (tls is not { } pem)
        {
            return ["--port", Port.ToString(CultureInfo.InvariantCulture)];
        }

        var (certificate, key) = (Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        File.WriteAllText(certificate, pem.Certificate);
        File.WriteAllText(key, pem.Key);
        return ["--port", "0", "--tls-port", Port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no"];
    }
}
