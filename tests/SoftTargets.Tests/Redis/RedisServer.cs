using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace KdCluster.Tests.Redis;

/// <summary>A server that speaks Redis, on a port of this machine.</summary>
internal interface IStoreServer : IAsyncDisposable
{
    int Port { get; }

    string Address { get; }

    Task StartAsync();

    Task KillAsync();
}

/// <summary>A real redis-server on a free port of this machine, with nothing kept on disk.</summary>
internal sealed class RedisServer : IStoreServer
{
    /// <summary>Why a test is skipped where there is none.</summary>
    public const string Missing = "redis-server is not installed";

    private readonly string[] _options;
    private Process? _process;

    private RedisServer(string[] options) => _options = options;

    public static string? Executable { get; } = new[] { "/usr/bin/redis-server", "/usr/local/bin/redis-server" }.FirstOrDefault(File.Exists);

    public static bool IsInstalled => Executable is not null;

    public int Port { get; } = FreePort();

    public string Address => $"redis://127.0.0.1:{Port}";

    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(options);
        await server.StartAsync();
        return server;
    }

    /// <summary>Speaks TLS only, with a certificate and a key in PEM files.</summary>
    public static Task<RedisServer> StartTlsAsync(string certificate, string key, params string[] options) =>
        StartAsync(["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no", .. options]);

    public async Task StartAsync()
    {
        string[] port = _options.Contains("--tls-cert-file") ? ["--port", "0", "--tls-port", $"{Port}"] : ["--port", $"{Port}"];
        var start = new ProcessStartInfo(Executable!, [.. port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. _options]) { RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains("eady to accept connections", StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException("redis-server ended before it was ready");
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal sealed class RedisTheoryAttribute : TheoryAttribute
{
    public RedisTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = (RedisServer.Missing, typeof(RedisServer), nameof(RedisServer.IsInstalled));
}

internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = (RedisServer.Missing, typeof(RedisServer), nameof(RedisServer.IsInstalled));
}
