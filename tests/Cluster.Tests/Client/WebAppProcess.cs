using System.Diagnostics;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Client;

/// <summary><c>examples/WebApp</c>, as it was built beside the tests.</summary>
internal sealed class WebAppProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;
    private readonly Task<string> _errors;

    private WebAppProcess(Process process, TemporaryFolder folder) => (_process, _folder, _errors) = (process, folder, process.StandardError.ReadToEndAsync());

    public HttpClient Http { get; } = new();

    public static async Task<WebAppProcess> StartAsync(params string[] silos)
    {
        // artifacts/MODE/bin/Cluster.Tests/CONFIGURATION
        DirectoryInfo mine = new(AppContext.BaseDirectory);
        string program = Path.Combine(mine.Parent!.Parent!.FullName, "WebApp", mine.Name, "WebApp.dll");
        TemporaryFolder folder = new();
        ProcessStartInfo start = new("dotnet", [program, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        for (int i = 0; i < silos.Length; i++)
        {
            start.Environment[$"KdClusterClient__Addresses__{i}"] = silos[i];
        }

        WebAppProcess app = new(Process.Start(start)!, folder);
        try
        {
            await app.ListenAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
        _folder.Dispose();
        Http.Dispose();
    }

    private async Task ListenAsync()
    {
        const string words = "Now listening on: ";
        using CancellationTokenSource patience = Deadline.After(TimeSpan.FromSeconds(60));
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.IndexOf(words, StringComparison.Ordinal) is >= 0 and var at)
            {
                Http.BaseAddress = new Uri(line[(at + words.Length)..]);
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException("the app ended: " + await _errors);
    }
}
