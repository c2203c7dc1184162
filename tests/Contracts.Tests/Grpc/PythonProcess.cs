using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace KdCluster.Tests.GrpcWire;

/// <summary>A script beside the tests, run by Python.</summary>
internal sealed class PythonProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public PythonProcess(string script, params string[] arguments)
    {
        var path = Path.Combine(Folder(), script);
        _process = Process.Start(new ProcessStartInfo(PythonFactAttribute.Python, ["-B", path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public async Task<string> ReadLineAsync()
    {
        using CancellationTokenSource patience = Deadline.After(TimeSpan.FromSeconds(60));
        return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("Python ended: " + await _errors);
    }

    public async Task AssertEndsWellAsync()
    {
        using CancellationTokenSource patience = Deadline.After(TimeSpan.FromSeconds(90));
        await _process.WaitForExitAsync(patience.Token);
        Assert.True(_process.ExitCode == 0, await _errors);
    }

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
    }

    private static string Folder([CallerFilePath] string caller = "") => Path.Combine(Path.GetDirectoryName(caller)!, "python");
}
