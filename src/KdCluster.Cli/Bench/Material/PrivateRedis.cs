using System.Diagnostics;
using KdCluster.Cluster.Hosting;

namespace KdCluster.Cli.Bench;

/// <summary>A redis-server of its own on a free loopback port, keeping nothing on disk; it ends with this object.</summary>
internal sealed class PrivateRedis : IAsyncDisposable
{
    private readonly Process _process;

    private PrivateRedis(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>Where it is installed; null when it is not.</summary>
    public static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/bin").Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    public int Port { get; }

    /// <exception cref="InvalidOperationException">It ended before it was ready.</exception>
    public static async Task<PrivateRedis> StartAsync(string folder, CancellationToken cancellationToken)
    {
        int port = FreePorts.Take(1)[0];
        var start = new ProcessStartInfo(Executable!, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder])
        {
            RedirectStandardOutput = true,
        };
        var server = new PrivateRedis(Process.Start(start)!, port);
        while (await server._process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!line.Contains("eady to accept connections", StringComparison.Ordinal))
                continue;
            _ = server._process.StandardOutput.ReadToEndAsync(CancellationToken.None);   // a full pipe would stop it
            return server;
        }

        await server.DisposeAsync().ConfigureAwait(false);
        throw new InvalidOperationException($"{Executable} ended before it was ready");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }
}
