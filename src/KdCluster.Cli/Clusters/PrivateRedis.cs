using System.Diagnostics;
using KdCluster.Cluster.Hosting;

namespace KdCluster.Cli.Clusters;

/// <summary>
/// A redis-server of its own on a free loopback port. It ends with this object, and with this process, however that ends: a shell beside it reads from a pipe that
/// nobody writes to. It is apart from the terminal, so that Ctrl-C in the terminal does not reach it.
/// </summary>
internal sealed class PrivateRedis : IAsyncDisposable
{
    private const string EndWithInput = "\"$@\" </dev/null & exec >&-; read -r _; kill $! 2>/dev/null; wait $!";
    private static readonly TimeSpan s_stopping = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private PrivateRedis(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>Where it is installed; null when it is not.</summary>
    public static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/bin").Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    public int Port { get; }

    /// <summary>Ends when the server has.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <param name="folder">Its working folder.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <param name="keep">Whether it writes what it holds to the folder, and reads what it wrote there before. Default: it keeps nothing on disk.</param>
    /// <exception cref="InvalidOperationException">It ended before it was ready.</exception>
    public static async Task<PrivateRedis> StartAsync(string folder, CancellationToken cancellationToken, bool keep = false)
    {
        int port = FreePorts.Take(1)[0];
        string[] server = [Executable!, "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", keep ? "yes" : "no", "--dir", folder];
        var start = new ProcessStartInfo("setsid", ["sh", "-c", EndWithInput, "sh", .. server]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var redis = new PrivateRedis(Process.Start(start)!, port);
        while (await redis._process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!line.Contains("eady to accept connections", StringComparison.Ordinal))
                continue;
            redis.Ended = redis._process.StandardOutput.ReadToEndAsync(CancellationToken.None);   // a full pipe would stop it
            return redis;
        }

        await redis.DisposeAsync().ConfigureAwait(false);
        throw new InvalidOperationException($"{Executable} ended before it was ready");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_stopping);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _process.Dispose();
    }
}
